"""Queues, the rights that people hold in them, and the states that tickets can be in."""
