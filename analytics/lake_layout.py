"""How the rows of the derived tables lie in the lake: what tells them apart, and in which order files hold them."""

from analytics import models

KEY = {
    "ticket": "ticket_id",
    "ticket_interval": "n",
    "message": "message_id",
    "queue_delta": "(n, delta)",
    "turn": "n",
    "ownership_spell": "(side, n)",
    "agent_activity": "ticket_version",
    "survey": "n",
    "time_entry": "n",
    "process_edge": "(activity, n)",
    "solve": "n",
    "unsolved_span": "n",
    "visit": "n",
    "pause": "n",
    "sla_segment": "(clock_id, n)",
    "sla_clock": "clock_id",
    "sla_breach": "(clock_id, n)",
    "sla_risk": "(clock_id, n)",
}
"""What tells a ticket's rows apart."""

DATED = {
    "ticket": "created_at",
    "ticket_interval": "since",
    "message": "occurred_at",
    "queue_delta": "occurred_at",
    "turn": "started_at",
    "ownership_spell": "since",
    "agent_activity": "occurred_at",
    "survey": "since",
    "time_entry": "since",
    "process_edge": "occurred_at",
    "solve": "since",
    "unsolved_span": "since",
    "visit": "until",
    "pause": "since",
    "sla_segment": "since",
    "sla_clock": "started_at",
    "sla_breach": "since",
    "sla_risk": "since",
}
"""The column that each table's files are roughly sorted by: bounds on it spare reading most of them."""

LASTING = ("ticket_interval", "ownership_spell", "unsolved_span", "pause", "sla_segment", "sla_breach", "sla_risk")
"""Tables of spans, `since` to `until`."""

APART = {
    "ticket_interval": "category in ('SOLVED', 'CLOSED', 'MERGED', 'SPAM', 'DELETED'), n > 1",
    "queue_delta": "stands < 1024, case when changes >= 512 then 0 when changes >= 32 then 1 else 2 end",
}
"""What stands behind the rest: solved life, which mostly lasts for ever, its steps, and those within a queue's backlog
(of which those that levels count come first); before the rest stands how tickets were created."""


def order_of_many(name: str) -> str:
    """What the rows of a table are sorted by when many are written at once.

    Spans that last about as long stand together, each kind by its time: bounds on both ends then spare reading all
    spans that were over before an instant, which short ones mostly are. By their beginning alone nothing would be
    spared, for some span of any time lasts until today.
    """
    order = f"{DATED[name]}, {models.CANONICAL_ORDER[name]}"
    if name in LASTING:
        kinds = " ".join(f"when until < since + interval {days} day then {days}" for days in (1, 8, 64))
        order = f"case {kinds} else 512 end, {order}"
    return f"{APART[name]}, {order}" if name in APART else order
