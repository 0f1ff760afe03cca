"""Data health: laws about the numbers, looked at all the time, and a pulse that tells a quiet night from a dead one."""
