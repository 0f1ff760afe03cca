"""How a document lies in Tantivy. A change here needs a new `FORMAT`: the index is then built anew."""

import tantivy

from search.document import NOBODY, Document, key, milliseconds
from search.ranking import recency
from search.words import STEMS, WORDS, spaced

FORMAT = 4

TITLE_FIELDS = ("title",)
PUBLIC_FIELDS = ("public", "requester", "organisation")
INTERNAL_FIELDS = ("internal", "tags")
ADDRESS_FIELDS = ("address",)
"""What free words are looked for in; each has a sister `<name>_stem`. Internal ones: only for readers
of notes; addresses: for those who may have them.
"""

KEYS = (
    "queue_id", "agent_id", "requester_id", "organisation_id", "creator_id", "involved_ids", "watcher_ids",
    "state", "category", "tag", "channel", "language", "custom",
)  # fmt: skip
"""Fields compared as a whole."""
IDENTITY = ("id_high", "id_low", "version")
MOMENTS = ("solved", "closed", "replied", "waiting")
"""Times that not every ticket has."""
WHOLE_NUMBERS = ("number", "priority", "created", "updated", *MOMENTS, "created_key", "updated_key", *IDENTITY)


def _schema() -> tantivy.Schema:
    build = tantivy.SchemaBuilder()
    for name in ("kind", "ticket_id", *KEYS):
        build.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in (*TITLE_FIELDS, *PUBLIC_FIELDS, *INTERNAL_FIELDS, *ADDRESS_FIELDS):
        build.add_text_field(name, tokenizer_name="words", index_option="position")
        build.add_text_field(f"{name}_stem", tokenizer_name="stems", index_option="basic")
    build.add_text_field("agent", tokenizer_name="words", index_option="basic")
    for name in WHOLE_NUMBERS:
        build.add_integer_field(name, indexed=True, fast=True)
    build.add_float_field("weight", fast=True)
    build.add_integer_field("cursor", stored=True)
    build.add_bytes_field("source", stored=True)
    return build.build()


SCHEMA = _schema()


def teach(index: tantivy.Index) -> None:
    """Give an opened index our words and stems; those who write need them."""
    index.register_tokenizer("words", WORDS)
    index.register_tokenizer("stems", STEMS)


def ticket(document: Document) -> tantivy.Document:
    """A ticket as Tantivy keeps it."""
    texts = {
        "title": [spaced(document.title)],
        "public": [spaced(body) for body in document.bodies_public],
        "requester": [spaced(document.requester)],
        "organisation": [spaced(document.organisation)],
        "address": [spaced(document.address)],
        "internal": [spaced(body) for body in document.bodies_internal],
        "tags": [spaced(tag) for tag in document.tags],
    }
    keys = {
        "queue_id": str(document.queue_id),
        "agent_id": str(document.agent_id or NOBODY),
        "requester_id": str(document.requester_id or NOBODY),
        "organisation_id": str(document.organisation_id or NOBODY),
        "creator_id": str(document.creator_id or NOBODY),
        "involved_ids": [str(one) for one in document.involved_ids],
        "watcher_ids": [str(one) for one in document.watcher_ids],
        "state": key(document.state),
        "category": key(document.category),
        "tag": [key(tag) for tag in document.tags] or [NOBODY],
        "channel": key(document.channel),
        "language": key(document.language) or NOBODY,
        "custom": document.custom_words,
    }
    fields = {
        "kind": "ticket",
        "ticket_id": str(document.ticket_id),
        **keys,
        **texts,
        **{f"{name}_stem": values for name, values in texts.items()},
        "agent": spaced(document.agent),
        **_numbers(document),
        "weight": _weight(document),
        "source": document.to_json(),
    }
    return tantivy.Document.from_dict(fields, SCHEMA)


def cursor(position: int) -> tantivy.Document:
    """The one document that is no ticket: up to where the ledger has been read."""
    return tantivy.Document.from_dict({"kind": "cursor", "cursor": position}, SCHEMA)


def _numbers(document: Document) -> dict[str, int]:
    return {
        "number": document.number,
        "version": document.version,
        "priority": document.priority,
        "created": milliseconds(document.created_at),
        "updated": milliseconds(document.updated_at),
        **document.moments,
        "created_key": document.created_key,
        "updated_key": document.updated_key,
        "id_high": (document.ticket_id.int >> 64) - 2**63,
        "id_low": (document.ticket_id.int & 2**64 - 1) - 2**63,
    }


def _weight(document: Document) -> float:
    """Tantivy multiplies scores by log2(2 + this)."""
    return float(2 ** recency(milliseconds(document.updated_at)) - 2)
