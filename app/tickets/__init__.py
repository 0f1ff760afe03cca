"""Tickets: rows, rules, commands and queries."""
