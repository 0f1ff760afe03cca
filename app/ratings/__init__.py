"""How content whoever asked is with the solution: one rating a ticket, the newest, and its words."""
