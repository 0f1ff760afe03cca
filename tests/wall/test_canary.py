"""Whatever an actor can reach by reading holds nothing of what is hidden from them, and does not change with it."""

import re
from collections.abc import Iterator
from difflib import unified_diff

import pytest

from core import clock
from tests.depth import DEPTH
from tests.wall.plot import OF_THE_MOMENT, Answers, Plot

HIDDEN, LATER = "zebrafish", "quokka"
OUTSIDE = ("nobody", "requester", "colleague", "stranger")
INSIDE = ("agent", "foreigner", "watcher", "light", "supervisor")
EACH = ("nobody", "requester", "stranger", "agent", "foreigner", "light", "watcher")
STEADY = EACH if DEPTH > 1 else ("requester", "stranger", "agent")
"""Whose second look is compared with the first: each is a crawl."""


@pytest.fixture(scope="module")
def plot(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plot]:
    """Something is hidden, notes stand on a ticket that many see, lake and index know of it, and no time passes."""
    with clock.at(clock.now()):
        made = Plot(module_database_url, tmp_path_factory.mktemp("data"))
        made.bury(HIDDEN)
        path = f"/api/v1/tickets/{made.real.ticket.id}/note"
        made.clients["admin"].post(path, json={"body": "A narwhal."})
        made.clients["admin"].post(path, json={"body": "A wombat.", "visibility": "restricted"})
        made.carry()
        yield made
        made.close()


@pytest.fixture(scope="module")
def seen(plot: Plot) -> dict[str, Answers]:
    """What everybody gets at first: a crawl costs seconds, and several tests look at it."""
    return {actor: plot.crawl(actor) for actor in (*OUTSIDE, *INSIDE)}


@pytest.fixture(scope="module")
def later(plot: Plot, seen: dict[str, Answers]) -> dict[str, Answers]:
    """What they get after more was hidden: of strangers only when outsiders ask, for staff hear of customers."""
    found = {}
    for actors, has_strangers in ((INSIDE, False), (OUTSIDE, True)):
        plot.bury(LATER + actors[0], with_strangers=has_strangers)
        plot.carry()
        found |= {actor: plot.crawl(actor) for actor in actors if actor in STEADY}
    return found


def found_in(answers: Answers, word: str, but: str = "") -> list[str]:
    """Where a word stands; `but` are forms of it that may."""
    allowed = re.compile(but) if but else None
    return [
        address
        for address, (_, text) in answers.items()
        if word in (allowed.sub("", text.lower()) if allowed else text.lower()) and word not in address
    ]


def test_the_administrator_finds_the_canary_everywhere(plot: Plot) -> None:
    found = found_in(plot.crawl("admin"), HIDDEN)
    kinds = [
        "messages",
        "/events",
        "/search",
        "/files/",
        "/views/",
        "/macros",
        "/canned-",
        "/bulk",
        "/drafts",
        "/tokens",
    ]
    assert [kind for kind in kinds if not any(kind in address for address in found)] == []


@pytest.mark.parametrize("actor", OUTSIDE)
def test_customers_find_none(seen: dict[str, Answers], actor: str) -> None:
    assert found_in(seen[actor], HIDDEN) == []


@pytest.mark.parametrize("actor", INSIDE)
def test_colleagues_find_none_but_people_and_their_organisations(seen: dict[str, Answers], actor: str) -> None:
    assert found_in(seen[actor], HIDDEN, but=f"cust{HIDDEN}|org {HIDDEN}") == []


@pytest.mark.parametrize("actor", OUTSIDE)
def test_notes_stay_inside(seen: dict[str, Answers], actor: str) -> None:
    assert found_in(seen[actor], "narwhal") + found_in(seen[actor], "wombat") == []


@pytest.mark.parametrize("actor", ["agent", "light", "watcher"])
def test_restricted_notes_stay_with_few(seen: dict[str, Answers], actor: str) -> None:
    assert found_in(seen[actor], "narwhal")
    assert found_in(seen[actor], "wombat") == []


def differences(address: str, before: tuple[int, str], after: tuple[int, str]) -> Iterator[str]:
    """The lines in which two answers differ."""
    was, now = (OF_THE_MOMENT.sub("", text).splitlines() for _, text in (before, after))
    if before[0] != after[0]:
        yield f"{address}: {before[0]} became {after[0]}"
    yield from (f"{address}: {line}" for line in unified_diff(was, now, n=0) if line[:3] not in ("---", "+++", "@@ "))


@pytest.mark.parametrize("actor", STEADY)
def test_nothing_changes_for_who_does_not_see_the_change(
    seen: dict[str, Answers], later: dict[str, Answers], actor: str
) -> None:
    was, now = seen[actor], later[actor]
    assert [one for address in was for one in differences(address, was[address], now[address])] == []
