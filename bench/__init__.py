"""Measurements of the real thing beside a control, in one run: `make bench` or `make bench ONLY=create`."""
