"""One filter language for lists, views, bulk edits and counts: read by search, compiled here to SQL and to Python."""
