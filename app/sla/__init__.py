"""Service levels: calendars, policies, clocks."""
