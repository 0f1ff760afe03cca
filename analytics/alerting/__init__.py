"""Alerts as pure functions: a condition, the points of a chart, and which of them are beyond it."""
