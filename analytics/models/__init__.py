"""The models: events → derived tables, each one pure SELECT over a relation named `event`.

One looks at calendars, too: at the versions that its ticket's clocks name, which never change.

The same text serves streaming (the events of touched tickets), the rebuild (all events) and a look at the past
(`occurred_at <= as_of`). Order inside a ticket is (occurred_at, ticket_version).
"""

from collections.abc import Collection, Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files

DERIVED = (
    "ticket_interval", "ticket", "turn", "message", "queue_delta", "ownership_spell", "agent_activity", "survey",
    "time_entry", "process_edge", "solve", "unsolved_span", "visit", "pause", "sla_segment",
    "sla_clock", "sla_breach", "sla_risk",
)  # fmt: skip
"""The derived tables of the lake, each after those that it reads; each has a file of its name here."""

CLOCK_KINDS = "sla.clock."
"""How the kinds of events that tell of SLA clocks begin."""

TOLD_WHOLE = (CLOCK_KINDS, "time.")
"""How the kinds of events begin whose payloads models read; of all others they read columns."""

SELDOM: Mapping[str, str | tuple[str, ...]] = {
    "sla_segment": CLOCK_KINDS, "sla_clock": CLOCK_KINDS, "sla_breach": CLOCK_KINDS, "sla_risk": CLOCK_KINDS,
    "survey": ("csat.", "ces.", "nps."), "time_entry": "time.",
}  # fmt: skip
"""Tables that only some events fill, and how the kinds of those begin: without any of them they stay empty."""

PROMISE_KINDS = "sla."
"""How the kinds of events begin that a ticket's life (fold.sql) is told without."""

OF_PROMISES = ("ticket", *(name for name, kinds in SELDOM.items() if kinds == CLOCK_KINDS))
"""The tables that those events change; a ticket's row says how many events there are of it."""

OF_THE_HOUSE = (
    "presence",
    "queue_version",
    "state_version",
    "organisation_version",
    "person_version",
    "denominator_version",
    "data_check",
)
"""Files over events of no ticket: analytics/house.py makes tables of them."""

OFTEN_EMPTY = (*SELDOM, *OF_THE_HOUSE, "pause", "calendar_breakpoint", "directory")
"""Tables that may have no rows for long, or ever."""

LAID_OUT = "calendar_breakpoint"
"""What models read beside events: the lake's own table, unless a query is given for it."""

READS = {
    "event_row": ("entry",),
    "fold": ("event",),
    "ticket": ("event", "fold", "ticket_interval"),
    "ticket_interval": ("fold",),
    "message": ("event", "fold", "turn"),
    "queue_delta": ("ticket_interval",),
    "turn": ("fold",),
    "ownership_spell": ("fold", "ticket_interval"),
    "agent_activity": ("fold",),
    "process_edge": ("ticket_interval",),
    "solve": ("fold", "ticket_interval", "message", "agent_activity", "ownership_spell"),
    "unsolved_span": ("fold", "ticket_interval", "turn"),
    "visit": ("ticket_interval",),
    "pause": ("ticket_interval", "turn", "message"),
    "survey": ("event", "fold"),
    "time_entry": ("event", "fold"),
    "sla_segment": ("event",),
    "sla_clock": ("sla_segment", "ticket_interval"),
    "sla_piece": ("sla_segment", "ticket_interval", LAID_OUT),
    "sla_breach": ("sla_piece",),
    "sla_risk": ("sla_piece",),
}
"""Which relations each file reads. `fold`, `sla_piece` and the tables before a table are woven in as CTEs.

`sla_piece` is made for each of its two readers, who take different rows: to keep it for both takes longer."""

GIVEN = {"event", LAID_OUT}
"""What no model makes."""

READ_AGAIN = {relation for name in DERIVED for relation in READS[name]} - GIVEN
"""What other models read: worked out once, and kept until they have."""

CANONICAL_ORDER = {
    "event": "position",
    "ticket": "ticket_id",
    "ticket_interval": "ticket_id, n",
    "message": "ticket_id, occurred_at, message_id",
    "queue_delta": "ticket_id, n, delta desc",
    "turn": "ticket_id, n",
    "ownership_spell": "ticket_id, side, n",
    "agent_activity": "ticket_id, ticket_version",
    "process_edge": "ticket_id, activity, n",
    "solve": "ticket_id, n",
    "unsolved_span": "ticket_id, n",
    "visit": "ticket_id, n",
    "pause": "ticket_id, n",
    "survey": "ticket_id, n",
    "time_entry": "ticket_id, n",
    "sla_segment": "ticket_id, clock_id, n",
    "sla_clock": "ticket_id, clock_id",
    "sla_breach": "ticket_id, clock_id, n",
    "sla_risk": "ticket_id, clock_id, n",
    "presence": "position",
    "queue_version": "position",
    "state_version": "position",
    "organisation_version": "position",
    "person_version": "position",
    "denominator_version": "position",
    "data_check": "position",
    "directory": "kind, id",
    "calendar_breakpoint": "calendar_id, version, edge_at",
}
"""What the rows of each table are sorted by before they are compared or hashed: unique in each table."""


def is_filled(name: str, kinds: Collection[str]) -> bool:
    """Whether events of these kinds can make rows of a table."""
    return name not in SELDOM or any(kind.startswith(SELDOM[name]) for kind in kinds)


def is_moved(name: str, kinds: Collection[str]) -> bool:
    """Whether events of these kinds can change rows of a table; promises follow what happens, nothing follows them."""
    return name in OF_PROMISES or not all(kind.startswith(PROMISE_KINDS) for kind in kinds)


def select(name: str, event: str, **ready: str) -> str:
    """The SELECT of the derived table `name` over the events that the query `event` gives.

    `ready` maps relations that are already computed, such as `fold`, to queries for their rows; others than it reads
    do no harm.
    """
    known = {"event": event, **ready}
    woven: list[str] = []
    _weave(name, known, woven)
    return "with " + ",\n".join(woven) + f"\nselect * from {name}"


def _weave(name: str, known: Mapping[str, str], woven: list[str]) -> None:
    for needed in READS.get(name, ()) if name not in known else ():
        if needed in known or needed != LAID_OUT:
            _weave(needed, known, woven)
    clause = f"{name} as {_kept(name, known)}(\n{known.get(name) or text(name)}\n)"
    if clause not in woven:
        woven.append(clause)


def _kept(name: str, known: Mapping[str, str]) -> str:
    """What is read twice DuckDB copies first, columns that nobody reads included: rows that lie ready need no copy."""
    return "not materialized " if known.get(name, "").startswith("from temp.") else ""


@cache
def text(name: str) -> str:
    """A model's file, without its closing semicolon."""
    return files(__package__).joinpath(f"{name}.sql").read_text(encoding="utf-8").rstrip().rstrip(";")


@cache
def version() -> str:
    """A fingerprint of all model files: a lake that was written by other text must be rebuilt."""
    return sha256("\0".join(map(text, ("tables", *OF_THE_HOUSE, *sorted(READS)))).encode()).hexdigest()[:16]
