"""Time that people book on tickets: entries with their corrections, sums, and the kinds of work to choose from.

An entry stays on the ticket on which it was booked; a ticket's sum is that of all that it shows, merged ones with it.
"""
