"""Mail that goes out: so far what tells colleagues of notices. What must be sent is a row first, then a mail."""
