"""Channel mix: tickets and contacts of a channel, in a period."""

from datetime import datetime

from analytics.channels import PARTS, channels
from analytics.inquiries.inquiry import Choice, Column, Found, Inquiry, Row, Wanted, instant, total
from analytics.inquiries.rows import OfMetric, Rows
from analytics.measure_answer import Readable
from analytics.metric import Unit

GRAINS = Choice("grain", "By", (("", "Whole time"), ("day", "Day"), ("week", "Week"), ("month", "Month")))
SUMS = (
    Column("tickets", "tickets created", Unit.TICKETS, opens=True),
    Column("contacts", "inbound contacts", Unit.EVENTS, opens=True),
)


def _ask(wanted: Wanted, lake: Readable) -> Found:
    grain = wanted.of("grain") or None
    frame = channels(**wanted.tickets, grain=grain, lake=lake)
    columns = (
        *((Column("period", grain.capitalize()),) if grain else ()), Column("channel", "Channel"),
        Column("tickets", "Tickets", Unit.TICKETS, opens=True), Column("tickets_share", "Of tickets", Unit.SHARE),
        Column("contacts", "Contacts", Unit.EVENTS, opens=True), Column("contacts_share", "Of contacts", Unit.SHARE),
    )  # fmt: skip
    sums = total(frame, PARTS)
    return Found(sums, frame, columns, int(sums["tickets"]))


def _open(wanted: Wanted, part: str, row: Row, lake: Readable) -> Rows:
    grain = wanted.of("grain") or None
    whose = {"channel": [row["channel"]]} if "channel" in row else {}
    asked = {**wanted.tickets, "where": {**wanted.where, **whose}}
    if "period" in row and grain:
        period: datetime = instant(row["period"], wanted.timezone)
        asked |= {"grain": grain, "period": period}
    return OfMetric(PARTS[part], lake, asked)


CHANNELS = Inquiry(
    name="channels", sums=SUMS, key=("channel", "period"), parts=tuple(PARTS), of=("ticket", "tickets"), ask=_ask,
    open=_open, choices=(GRAINS,), takes_filters=True, draws="tickets",
)  # fmt: skip
