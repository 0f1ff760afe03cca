"""What customers read in their list of tickets: their own words, and nothing of how the house sorts its work."""

from app.web.listing import Filter
from core.events import Category

STATES = {
    Category.NEW: "Received",
    Category.OPEN: "In progress",
    Category.PENDING: "Waiting for you",
    Category.HOLD: "In progress",
    Category.SOLVED: "Solved",
    Category.CLOSED: "Closed",
    Category.MERGED: "Part of another ticket",
    Category.SPAM: "Closed",
    Category.DELETED: "Closed",
}
"""By what a state means; what the house calls it ("waiting for parts, escalated") is the house's own."""

CHOICES = [("", "Open"), ("yours", "Waiting for you"), ("done", "Solved"), ("any", "All")]
"""Which tickets, as the list's address has it (`Filter.state`)."""

VIEWS = [(words, Filter(state=state)) for state, words in CHOICES]
SORTS = {"changed": "Last changed", "newest": "Newest", "oldest": "Oldest"}
COLUMNS = ["state", "number", "requester", "time"]


def state_words(category: str) -> str:
    """A state in a customer's words."""
    return STATES[Category(category)]


def plain(wanted: Filter) -> Filter:
    """What a customer may ask with the form: agents' filters in an old address mean nothing to them."""
    known = wanted.state if wanted.state in dict(CHOICES) else ""
    return Filter(state=known, q=wanted.q, sort=wanted.sort if wanted.sort in SORTS else "changed", after=wanted.after)
