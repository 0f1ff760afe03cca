"""Sixty tickets with different lives, and random questions about them."""

import random
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from app.tickets.command import Command
from app.tickets.commands import Assign, Close, Note, Open, Prioritise, Reply, SetField, SetState, Solve, Tag
from app.tickets.ticket import Ticket
from tests.world import World

BEGIN = datetime(2026, 1, 5, 8, tzinfo=UTC)
TITLES = ["Printer on fire", "ÄRGER mit der Rechnung", "VPN 100%_down", "Где мой пароль?", "The invoice is wrong"]
TAGS = ["vip", "Spam", "über", "50%", "none"]
AREAS = ["North", "south", "none"]


def crowd(world: World, count: int = 60) -> list[Ticket]:
    """Tickets of random lives, the same ones each time."""
    dice = random.Random(7)
    return [_ticket(world, dice, BEGIN + timedelta(hours=7 * n)) for n in range(count)]


def _ticket(world: World, dice: random.Random, opened: datetime) -> Ticket:
    queue = dice.choice([world.billing, world.technical])
    wish = Open(title=dice.choice(TITLES), body="Help.", queue_id=queue, channel=dice.choice(["web", "email", "phone"]))
    ticket = world.do("cleo" if dice.random() < 0.6 else "dov", wish, at=opened)
    hand = world.ana if queue == world.billing else world.bo
    acts: list[Command] = [
        Assign(agent_id=dice.choice([hand.id, world.dov.id])),
        Prioritise(priority=dice.randint(1, 4)),
        Tag(add=dice.sample(TAGS, dice.randint(1, 3))),
        SetField(field="area", value=dice.choice(AREAS)),
        SetField(field="parts", value=",".join(dice.sample(["drum", "Toner", "belt"], dice.randint(1, 3)))),
        Reply(body="Try again."),
        Note(body="Odd."),
        SetState(state_id=world.state("PENDING")),
        Solve(),
        Close(),
    ]
    for n, act in enumerate(acts):
        if dice.random() < 0.45:
            world.do("dov", act, ticket, at=opened + timedelta(hours=n + 1, milliseconds=dice.randint(0, 999)))
    return ticket


_values = {
    "state": ["open", "new", "pending", "solved", "NEW,solved"],
    "category": ["open", "closed,new"],
    "is": ["open", "solved", "unassigned", "waiting", "unsolved"],
    "queue": ["billing", "Technical", "billing,technical"],
    "tag": ["vip", "spam", "ÜBER", "vip,50%", "none"],
    "assignee": ["me", "none", "ana", "ana,bo"],
    "requester": ["cleo", "none", "me"],
    "org": ["acme", "none"],
    "channel": ["web", "Email,phone"],
    "priority": ["high", ">=high", "<3", ">1", "1"],
    "created": [">2026-01-09", "<2026-01-12", "2026-01-07..2026-01-11", "2026-01", "today", "3d", "<5d"],
    "updated": [">=2026-01-10", "7d", "<2d", "..2026-01-09"],
    "solved": ["2026-01", ">2026-01-10"],
    "replied": ["<2026-01-14"],
    "waiting": ["<2026-01-10", ">=2026-01-08"],
    "closed": ["2026-01"],
    "custom.area": ["north", "SOUTH,none", "none"],
    "custom.parts": ["drum", "Toner,belt", "none", '"drum,toner"'],
}
_fields = st.one_of(
    *(
        st.builds(str.__add__, st.sampled_from(["", "-"]), st.sampled_from([f"{field}:{value}" for value in values]))
        for field, values in _values.items()
    ),
).filter(lambda text: "ana,bo" not in text)
_terms = st.one_of(
    _fields,
    st.sampled_from(['"on fire"', "-printer", "invoice", '"100%_"', "ärger", "пароль", "#1010", "-#1003"]),
)


def _whole(terms: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Parts joined in every way: side by side, by `or` and `and`, behind `not` and a minus, in brackets."""
    joined = st.recursive(
        terms,
        lambda inner: st.one_of(
            st.builds("({} or {})".format, inner, inner),
            st.builds("({} {})".format, inner, inner),
            st.builds("({} and not {})".format, inner, inner),
            st.builds("not {}".format, inner),
            st.builds("-({})".format, inner),
            st.builds("({} OR {} {})".format, inner, inner, inner),
        ),
        max_leaves=6,
    )
    return st.lists(joined, max_size=3).map(" ".join)


filters = _whole(_terms)
"""Filters that can be read, from none to some twenty parts."""
field_filters = _whole(_fields)
"""Those without words: search looks for words everywhere."""
