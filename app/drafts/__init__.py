"""Drafts: what somebody has begun to write on a ticket, one reply and one note a person, kept by the server.

They are private: nobody else reads them, and they are in no event, no index and no number. That somebody writes, not
what, is told to colleagues who see the ticket (presence.py). A draft on a ticket that was merged follows the thread.
"""
