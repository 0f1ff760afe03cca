"""Business calendars as they are kept: versions, holidays and where those come from. The arithmetic is in app/sla."""
