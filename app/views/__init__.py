"""Saved views: a filter with a name, for oneself, a team or everybody, and how many tickets each finds."""
