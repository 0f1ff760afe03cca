"""Tickets to search: the usual people, and `ticket(…)` for anything else."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from core.actor import Scope
from core.ids import id_from
from search import Document

BILLING, NETWORK = id_from("queue", "billing"), id_from("queue", "network")
ANA, BO, CLEO, DINA = (id_from("person", name) for name in ("ana", "bo", "cleo", "dina"))
ACME, GLOBEX = id_from("organisation", "acme"), id_from("organisation", "globex")

STAFF_OF_BILLING = Scope(queue_ids=frozenset({BILLING}), internal=True)
STAFF_OF_NETWORK = Scope(queue_ids=frozenset({NETWORK}), internal=True)
CLEO_HERSELF = Scope(requester_ids=frozenset({CLEO}))
ALL_OF_ACME = Scope(requester_ids=frozenset({CLEO}), organisation_ids=frozenset({ACME}))
NOBODY = Scope()

DAY_ONE = datetime(2026, 3, 1, 9, tzinfo=UTC)
_numbers = count(50_001)


def ticket_id(number: int) -> UUID:
    """The id that the ticket of that number has in these tests."""
    return id_from("ticket", str(number))


def ticket(title: str = "Hello", body: str = "", *, number: int | None = None, note: str = "", **more: Any) -> Document:
    """A ticket of Cleo's in Billing, unless said otherwise; each is a day newer than the one before."""
    number = number or next(_numbers)
    begun = DAY_ONE + timedelta(days=number % 1000)
    row = {
        "ticket_id": ticket_id(number),
        "version": 1,
        "number": number,
        "title": title,
        "bodies_public": [body] if body else [],
        "bodies_internal": [note] if note else [],
        "tags": [],
        "queue_id": BILLING,
        "state": "Open",
        "category": "OPEN",
        "priority": 2,
        "agent_id": None,
        "agent": None,
        "requester_id": CLEO,
        "requester": "Cleo Kunde",
        "address": "cleo@acme.example",
        "organisation_id": ACME,
        "organisation": "Acme",
        "creator_id": None,
        "involved_ids": [],
        "watcher_ids": [],
        "channel": "mail",
        "language": "en",
        **dict.fromkeys(("solved_at", "closed_at", "first_replied_at", "awaiting_reply_since")),
        "custom": {},
        "created_at": begun,
        "updated_at": begun,
    }
    return Document.from_row({**row, **more})


DINAS: dict[str, Any] = {
    "requester_id": DINA,
    "requester": "Dina Iñiguez",
    "address": "dina@globex.example",
    "organisation_id": GLOBEX,
    "organisation": "Globex Würzburg",
}

TICKETS = [
    ticket("Printer jams on every page", "The paper sticks in the tray since Monday.", number=1001, tags=["Hardware"]),
    ticket(
        "Invoice wrong", "You charged us twice for the printer.", number=1002, note="Known swindler, beware of fraud."
    ),
    ticket(
        "VPN drops at noon", "The tunnel to 10.20.30.40 drops.", number=1003, queue_id=NETWORK, tags=["vpn"], **DINAS
    ),
    ticket(
        "Kann mich nicht anmelden", "Das Gerät in Köln meldet einen Fehler.", number=1004, language="de", channel="web"
    ),
    ticket(
        "Password reset",
        "I cannot reset my password.",
        number=1005,
        queue_id=NETWORK,
        agent_id=BO,
        agent="Bo Li",
        **DINAS,
    ),
    ticket(
        "東京タワーの請求書",
        "請求書を送ってください。",
        number=1006,
        language="ja",
        state="Waiting for us",
        category="PENDING",
    ),
    ticket(
        "Deleting an account",
        "Please erase all data of zoë@acme.example",
        number=1007,
        priority=4,
        state="Solved",
        category="SOLVED",
        agent_id=ANA,
        agent="Ana Ito",
    ),
    ticket(
        "Headphones crackle",
        "Bluetooth headphones crackle; order 1002 came broken.",
        number=1008,
        requester_id=ANA,
        requester="Ana Ito",
        address="ana@acme.example",
        organisation_id=None,
        organisation=None,
    ),
]
