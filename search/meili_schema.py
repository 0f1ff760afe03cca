"""How a document lies in Meilisearch. A change here needs a new `FORMAT`: the index is then built anew.

What is searched are words and stems as our own analyser gives them, so that both engines find the same; what is shown
comes from `source`, which is not searched. Where a stem differs from its word it is listed beside the words.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from search.document import NOBODY, Document, key, milliseconds
from search.words import stem, words

FORMAT = 4
CURSOR = "cursor"
"""The id of the one document that is no ticket: up to where the ledger has been read."""
COUNTED = 100_000_000
"""Up to here Meilisearch counts hits; more than anybody has."""

TITLE_FIELDS = ("title", "title_stems")
PUBLIC_FIELDS = ("public", "public_stems")
INTERNAL_FIELDS = ("internal", "internal_stems")
ADDRESS_FIELDS = ("address", "address_stems")
NAMES = ("agent", "requester", "organisation")
KEYS = (
    "queue_id", "agent_id", "requester_id", "organisation_id", "creator_id", "involved_ids", "watcher_ids",
    "state", "category", "tag", "channel", "language", "custom",
)  # fmt: skip

# Without facet search a commit takes half the time. (Coarser distances would save more, and make phrases inexact.)
SETTINGS: dict[str, Any] = {
    "searchableAttributes": [*TITLE_FIELDS, *PUBLIC_FIELDS, *INTERNAL_FIELDS, *ADDRESS_FIELDS],
    "filterableAttributes": [
        *("id", "kind", "number", "priority", "created", "updated", "solved", "closed", "replied", "waiting"),
        "title_words",
        *KEYS,
        *(f"{name}_words" for name in (*NAMES, "address")),
    ],
    "sortableAttributes": ["updated", "created", "number"],
    "rankingRules": [
        *("sort", "words", "typo", "attribute", "proximity", "exactness"),
        *("updated:desc", "number:desc"),
    ],
    "typoTolerance": {"minWordSizeForTypos": {"oneTypo": 4, "twoTypos": 8}, "disableOnNumbers": True},
    "pagination": {"maxTotalHits": COUNTED},
    "facetSearch": False,
}


def ticket(document: Document) -> dict[str, Any]:
    """A ticket as Meilisearch keeps it."""
    names = {name: words(getattr(document, name)) for name in NAMES}
    title, address = [words(document.title)], [words(document.address)]
    public = [*map(words, document.bodies_public), names["requester"], names["organisation"]]
    internal = [*map(words, document.bodies_internal), *map(words, document.tags)]
    return {
        "id": str(document.ticket_id),
        "kind": "ticket",
        "version": document.version,
        "title": _spaced(title),
        "title_stems": _stems(title),
        "public": _spaced(public),
        "public_stems": _stems(public),
        "internal": _spaced(internal),
        "internal_stems": _stems(internal),
        "address": _spaced(address),
        "address_stems": _stems(address),
        "address_words": list(address[0]),
        **{f"{name}_words": parts for name, parts in names.items()},
        **{f"{side}_id": _text(getattr(document, f"{side}_id")) for side in ("queue", *NAMES)},
        "creator_id": _text(document.creator_id),
        "involved_ids": [str(one) for one in document.involved_ids],
        "watcher_ids": [str(one) for one in document.watcher_ids],
        "state": key(document.state),
        "category": key(document.category),
        "tag": [key(tag) for tag in document.tags] or [NOBODY],
        "channel": key(document.channel),
        "language": key(document.language) or NOBODY,
        "number": document.number,
        "priority": document.priority,
        "created": milliseconds(document.created_at),
        "updated": milliseconds(document.updated_at),
        **document.moments,
        "custom": document.custom_words,
        "title_words": list(title[0]),
        "source": document.to_json().decode(),
    }


def cursor(position: int) -> dict[str, Any]:
    """The document that says how far the ledger has been read."""
    return {"id": CURSOR, "kind": CURSOR, "position": position}


def _text(value: UUID | None) -> str:
    return str(value or NOBODY)


def _spaced(texts: Iterable[tuple[str, ...]]) -> list[str]:
    return [" ".join(parts) for parts in texts if parts]


def _stems(texts: Iterable[tuple[str, ...]]) -> list[str]:
    """The stems that differ from their words, each once; as separate values, so that no phrase spans two."""
    found = {word: stem(word) for parts in texts for word in parts}
    return sorted({ending for word, ending in found.items() if ending != word})
