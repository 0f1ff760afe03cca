"""Replies that go out later: at a chosen time, or some seconds after "Send", so that they can be taken back.

Until then their words are in a row of their own, read by colleagues who see the ticket, and in no event. A timer sends
each once, as an ordinary reply of its author at that moment, by the rules and rights of that moment. What cannot go
out is held: it stays where it is, with the reason, until its author sends it, takes it back or drops it.
"""
