"""Mentions: colleagues called by name in a note. Only who can read the note can be called.

A mention gives no right. It is kept for whoever notifies people: who, in which message, by whom, when, seen or not.
"""
