"""Metrics by family; each is a value that `analytics.catalogue` knows by its name."""
