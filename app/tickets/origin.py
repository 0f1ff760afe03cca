"""What an agent's reply was made from, and how much of that was changed (METRICS.md 97). Pure."""

from difflib import SequenceMatcher
from typing import Any

from app.tickets.command import Now

MOST_WORDS = 500
"""Of both texts so many words are compared: it costs the product of their lengths."""


def origin(body: str, now: Now) -> dict[str, Any]:
    """The fields of `MessageAdded` that tell it."""
    prepared = now.prepared
    if prepared is None:
        return {"made_from": "hand"}
    changed = 0.0 if prepared.text is None else edited(prepared.text, body)
    return {"made_from": prepared.made_from, "made_from_id": prepared.made_from_id, "edited": changed}


def edited(text: str, sent: str) -> float:
    """The share of the longer text's words that the other has not, in order: 0 is the same, 1 nothing in common."""
    before, after = text.split()[:MOST_WORDS], sent.split()[:MOST_WORDS]
    same = sum(block.size for block in SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks())
    return round(1 - same / max(len(before), len(after), 1), 3)
