"""Whatever an actor can reach by reading holds nothing of what is hidden from them, and does not change with it."""

import re
from collections.abc import Iterator
from difflib import unified_diff

import pytest

from core import clock
from tests.wall.plot import OF_THE_MOMENT, Answers, Plot

HIDDEN, LATER = "zebrafish", "quokka"
OUTSIDE = ("nobody", "requester", "colleague", "stranger")
INSIDE = ("agent", "foreigner", "watcher", "light", "supervisor")


@pytest.fixture(scope="module")
def plot(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plot]:
    """Something is hidden, and lake and index know of it."""
    made = Plot(module_database_url, tmp_path_factory.mktemp("data"))
    made.bury(HIDDEN)
    made.carry()
    yield made
    made.close()


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
def test_customers_find_none(plot: Plot, actor: str) -> None:
    assert found_in(plot.crawl(actor), HIDDEN) == []


@pytest.mark.parametrize("actor", INSIDE)
def test_colleagues_find_none_but_people_and_their_organisations(plot: Plot, actor: str) -> None:
    assert found_in(plot.crawl(actor), HIDDEN, but=f"cust{HIDDEN}|org {HIDDEN}") == []


def test_notes_stay_inside_and_restricted_ones_with_few(plot: Plot) -> None:
    path = f"/api/v1/tickets/{plot.real.ticket.id}/note"
    plot.clients["admin"].post(path, json={"body": "A narwhal."})
    plot.clients["admin"].post(path, json={"body": "A wombat.", "visibility": "restricted"})
    plot.carry()
    for actor in OUTSIDE:
        answers = plot.crawl(actor)
        assert found_in(answers, "narwhal") + found_in(answers, "wombat") == [], actor
    for actor in ("agent", "light", "watcher"):
        answers = plot.crawl(actor)
        assert found_in(answers, "narwhal"), actor
        assert found_in(answers, "wombat") == [], actor


def differences(address: str, before: tuple[int, str], after: tuple[int, str]) -> Iterator[str]:
    """The lines in which two answers differ."""
    was, now = (OF_THE_MOMENT.sub("", text).splitlines() for _, text in (before, after))
    if before[0] != after[0]:
        yield f"{address}: {before[0]} became {after[0]}"
    yield from (f"{address}: {line}" for line in unified_diff(was, now, n=0) if line[:3] not in ("---", "+++", "@@ "))


@pytest.mark.parametrize("actor", ["nobody", "requester", "stranger", "agent", "foreigner", "light", "watcher"])
def test_nothing_changes_for_who_does_not_see_the_change(plot: Plot, actor: str) -> None:
    with clock.at(clock.now()):
        before = plot.crawl(actor)
        plot.bury(LATER + actor, with_strangers=actor not in INSIDE)
        plot.carry()
        after = plot.crawl(actor)
    changed = [one for address in before for one in differences(address, before[address], after[address])]
    assert changed == []
