"""Alerts: numbers that somebody wants to be told of, looked at every minute through that person's own eyes."""
