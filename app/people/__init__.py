"""People and the organisations that they belong to."""
