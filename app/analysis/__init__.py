"""Analyses over HTTP and at the command line: honest durations, flow, forecast and staffing."""
