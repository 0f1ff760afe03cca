"""Custom fields: what tickets carry beyond what every ticket has, set up while the platform runs."""
