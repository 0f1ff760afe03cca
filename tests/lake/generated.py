"""Histories by chance: few instants and few names, so that everything collides with everything."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from tests.lake.history import History, Life

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
CATEGORIES = ("NEW", "OPEN", "PENDING", "HOLD", "SOLVED", "CLOSED", "MERGED", "SPAM", "DELETED")
STATES = [*((name, name) for name in CATEGORIES), ("Vendor", "HOLD"), ("Second look", "OPEN"), ("Answered", "SOLVED")]
AGENTS = (None, "Ana", "Bo")

ORIGINS: tuple[dict[str, Any], ...] = (
    {}, {"made_from": "hand"}, {"made_from": "canned_reply", "edited": 0.25}, {"made_from": "macro", "edited": 0.0},
)  # fmt: skip
"""What replies were made from: untold, as of old, or one of three."""

instants = st.integers(-2, 8).map(lambda n: START + timedelta(minutes=n, microseconds=n * 250_000))
"""Some lie before the ticket's creation: late news, or a clock that goes wrong."""

messages = st.tuples(
    st.sampled_from(["Ana", "Bo", "Cleo", "Robot"]), st.sampled_from(["public", "public", "internal"]), st.booleans()
)

steps = st.one_of(
    st.tuples(st.just("state"), st.sampled_from(STATES)),
    st.tuples(st.just("assign"), st.sampled_from(AGENTS)),
    st.tuples(st.just("move"), st.sampled_from(["Billing", "Technical"])),
    st.tuples(st.just("prioritise"), st.integers(1, 4)),
    st.tuples(st.just("tag"), st.lists(st.sampled_from("abc"), min_size=2, max_size=2, unique=True)),
    st.tuples(st.just("message"), messages),
    st.tuples(st.just("rate"), st.integers(1, 5)),
    st.tuples(st.just("survey"), st.tuples(st.sampled_from(["ces", "nps"]), st.integers(0, 10))),
    st.tuples(st.just("thread"), st.sampled_from([None, START])),
    st.tuples(
        st.just("clock"),
        st.tuples(
            st.sampled_from(["first_reply", "resolution"]),
            st.sampled_from(["running", "running", "paused", "fulfilled", "cancelled"]),
            st.none() | st.integers(-20, 20),
            st.booleans(),
        ),
    ),
    st.tuples(
        st.just("book"), st.tuples(st.integers(0, 2), st.integers(1, 90), st.sampled_from(["Ana", "Bo"]), st.booleans())
    ),
    st.tuples(st.just("watch"), st.tuples(st.sampled_from(["Ana", "Bo"]), st.booleans())),
)

openings = st.fixed_dictionaries(
    {
        "opened": st.integers(0, 3).map(lambda n: START + timedelta(minutes=n)),
        "by": st.sampled_from(["Cleo", "Ana"]),
        "state": st.sampled_from(CATEGORIES),
        "agent": st.sampled_from(AGENTS),
        "organisation": st.sampled_from([None, "Acme"]),
        "requester": st.sampled_from([None, "Cleo"]),
        "tags": st.sampled_from([(), ("a",), ("a", "b")]),
        "message": st.booleans(),
    }
)


@st.composite
def histories(draw: st.DrawFn, tickets: int = 3, events: int = 12) -> History:
    """A few tickets whose events come interleaved, as a ledger has them."""
    history = History()
    lives = [history.ticket(**draw(openings)) for _ in range(draw(st.integers(1, tickets)))]
    for _ in range(draw(st.integers(0, events))):
        take(draw(st.sampled_from(lives)), draw(instants), *draw(steps))
    return history


def take(life: Life, when: datetime, step: str, argument: object) -> None:
    """One step in a life."""
    doing: dict[str, Callable[..., object]] = {
        "state": lambda given: life.state(when, given[0], *given[2:], category=given[1]),
        "assign": lambda given: life.assign(when, given),
        "move": lambda given: life.move(when, given),
        "prioritise": lambda given: life.prioritise(when, given),
        "tag": lambda given: life.tag(when, given[0], removed=(given[1],)),
        "watch": lambda given: life.watch(when, given[0], watches=given[1]),
        "clock": lambda given: life.clock(
            when,
            given[0],
            state=given[1],
            is_born_breached=given[3],
            reason="solved" if given[1] == "cancelled" else None,
            due=given[2] if given[2] is None else when + timedelta(minutes=given[2] * 90),
        ),
        "book": lambda given: booked(life, when, *given),
        "rate": lambda given: life.rate(when, given),
        "survey": lambda given: life.survey(when, *given),
        "thread": lambda given: life.thread(when, given),
        "message": lambda given: life.message(
            when, given[0], visibility=given[1], is_auto=given[2], **ORIGINS[life.version % len(ORIGINS)]
        ),
    }
    doing[step](argument)


def booked(life: Life, when: datetime, deed: int, minutes: int, who: str, is_billable: bool) -> None:
    """Time of one of two entries is booked (perhaps of the day before), corrected or taken away, in whatever order."""
    entry = "first" if minutes % 2 else "second"
    said: dict[str, Any] = {
        "entry": entry, "worked": when - timedelta(hours=minutes % 30), "is_billable": is_billable,
        "activity": "Travel" if minutes % 3 else None,
    }  # fmt: skip
    if deed == 2:
        life.unbook(when, who, entry=entry)
    else:
        (life.correct if deed else life.book)(when, minutes, who, **said)
