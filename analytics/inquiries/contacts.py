"""Contact rate: its tickets open; what they are divided by comes from outside."""

from datetime import datetime
from typing import Any

from analytics.contact_rate import PER, contact_rate
from analytics.inquiries.inquiry import Choice, Column, Found, Inquiry, Row, Wanted, instant, total
from analytics.inquiries.rows import OfMetric, Rows
from analytics.measure_answer import Readable
from analytics.metric import Unit

CHOICES = (
    Choice("per", "Of", tuple((name, name.replace("_", " ").capitalize()) for name in PER)),
    Choice("grain", "By", (("day", "Day"), ("week", "Week"), ("month", "Month")), "month"),
    Choice("as_known_at", "As known on", kind="date"),
)


def _ask(wanted: Wanted, lake: Readable) -> Found:
    per, grain = wanted.of("per"), wanted.of("grain")
    frame = contact_rate(per, grain=grain, as_known_at=_known_at(wanted), **wanted.tickets, lake=lake).frame
    many = "active customers, on average" if per == "active_customers" else "orders"
    columns = (
        Column("period", grain.capitalize()),
        Column("rate", f"Tickets per {PER[per]:,} {many.partition(',')[0]}", digits=2),
        Column("tickets", "Tickets", Unit.TICKETS, opens=True),
        Column("of", many.capitalize(), digits=0),
    )
    sums = total(frame, ("tickets",))
    return Found(sums, frame, columns, int(sums["tickets"]))


def _open(wanted: Wanted, part: str, row: Row, lake: Readable) -> Rows:
    asked: dict[str, Any] = {**wanted.tickets, "grain": wanted.of("grain"), "as_known_at": _known_at(wanted)}
    if "period" in row:
        asked["period"] = instant(row["period"], wanted.timezone)
    return OfMetric("tickets_created", lake, asked)


def _known_at(wanted: Wanted) -> datetime | None:
    text = wanted.of("as_known_at")
    return instant(text, wanted.timezone) if text else None


CONTACTS = Inquiry(
    name="contacts", sums=(Column("tickets", "tickets created", Unit.TICKETS, opens=True),), key=("period",),
    parts=("tickets",), of=("ticket", "tickets"), ask=_ask, open=_open, choices=CHOICES, takes_filters=True,
    draws="rate",
)  # fmt: skip
