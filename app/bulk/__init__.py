"""The same for many tickets: a job that asks each ticket for itself, with one report in the end."""
