"""The contract, third part: nobody learns anything of what they may not read, not even that it is there."""

import itertools
import random
from dataclasses import replace

import pytest

from core.actor import ALL, Scope
from core.relation import Relation
from search import SearchIndex, parse
from tests.search.cast import (
    ACME,
    ALL_OF_ACME,
    ANA,
    BILLING,
    CLEO,
    CLEO_HERSELF,
    DINA,
    DINAS,
    GLOBEX,
    NETWORK,
    NOBODY,
    STAFF_OF_BILLING,
    STAFF_OF_NETWORK,
    TICKETS,
    ticket,
)

SCOPES = [
    Scope(queue_ids=frozenset(q), requester_ids=frozenset(p), organisation_ids=frozenset(o), internal=internal)
    for q in ([], [BILLING], [NETWORK, BILLING])
    for p in ([], [CLEO], [DINA, CLEO])
    for o in ([], [ACME], [GLOBEX])
    for internal in (True, False)
] + [
    Scope(queue_ids=frozenset(q), person_id=ANA, related=((relation, frozenset(queues)),), internal=True)
    for relation in Relation
    for q in ([], [NETWORK])
    for queues in ([BILLING], [BILLING, NETWORK])
]
QUESTIONS = [
    "printer",
    "pirnter",
    "prin",
    '"password reset"',
    "-printer",
    "#1003",
    "1003",
    "state:open",
    "vpn drops now",
]
WORDS = [
    "printer",
    "paper",
    "invoice",
    "account",
    "reset",
    "tray",
    "charged",
    "password",
    "vpn",
    "swindler",
    "hardware",
]


def seen(index: SearchIndex, text: str, scope: Scope) -> set[int]:
    return {hit.number for hit in index.search(parse(text), scope).hits}


def test_every_scope_sees_exactly_what_it_covers(filled: SearchIndex) -> None:
    for scope in SCOPES:
        inside = [one for one in TICKETS if scope.covers(one)]
        covered = {one.number for one in inside}
        result = filled.search(parse(""), scope)
        assert {hit.number for hit in result.hits} == covered
        assert result.total == len(covered)


@pytest.mark.parametrize(
    "text",
    ["printer", "pirnter", "prin", '"password reset"', "-printer", "#1003", "1003", "state:open", "vpn drops now"],
)
def test_no_question_reaches_over_the_wall(filled: SearchIndex, text: str) -> None:
    everything = seen(filled, text, ALL)
    assert seen(filled, text, NOBODY) == set()
    assert seen(filled, text, STAFF_OF_NETWORK) <= {1003, 1005}
    assert seen(filled, text, STAFF_OF_BILLING) <= everything - {1003, 1005}
    assert filled.search(parse(text), STAFF_OF_NETWORK).jump in (None, TICKETS[2].ticket_id)


def test_a_number_outside_the_scope_does_not_jump(filled: SearchIndex) -> None:
    result = filled.search(parse("#1003"), STAFF_OF_BILLING)
    assert (result.jump, result.hits, result.total) == (None, (), 0)
    assert filled.suggest("1003", STAFF_OF_BILLING) == ()
    assert filled.suggest("vpn", STAFF_OF_BILLING) == ()


@pytest.mark.parametrize(
    "text", ["swindler", "fraud", "swindlr", "frau", '"known swindler"', "beware swindler", "sort:newest fraud"]
)
def test_notes_are_not_found_by_customers(filled: SearchIndex, text: str) -> None:
    assert 1002 in seen(filled, text, STAFF_OF_BILLING)
    for scope in (CLEO_HERSELF, ALL_OF_ACME):
        result = filled.search(parse(text), scope)
        assert (result.hits, result.total) == ((), 0)


def test_notes_cannot_be_probed_by_exclusion(filled: SearchIndex) -> None:
    for word in ("fraud", '"known swindler"', "swindlers"):
        assert seen(filled, f"invoice -{word}", STAFF_OF_BILLING) == set()
        assert seen(filled, f"invoice -{word}", ALL_OF_ACME) == {1002}


def test_notes_show_in_no_snippet_of_a_customer(filled: SearchIndex) -> None:
    staff = filled.search(parse("invoice swindler"), STAFF_OF_BILLING).hits[0]
    assert (staff.snippet_is_internal, "<mark>swindler</mark>" in staff.snippet_html) == (True, True)
    for hit in filled.search(parse("invoice swindler"), ALL_OF_ACME).hits:
        assert not hit.snippet_is_internal
        assert "swindler" not in str(hit)


def test_tags_are_for_staff(filled: SearchIndex) -> None:
    assert seen(filled, "tag:hardware", STAFF_OF_BILLING) == {1001}
    for text in ("tag:hardware", "hardware"):
        assert seen(filled, text, ALL_OF_ACME) == set()
    assert seen(filled, "-tag:hardware printer", ALL_OF_ACME) == {1001, 1002}


def test_strangers_tickets_change_nothing(index: SearchIndex) -> None:
    """Non-interference: hits, order, totals, highlights and suggestions before and after others' tickets come."""
    mine = [
        *TICKETS,
        *(ticket(f"Printer {word}", "printer paper " * n, number=2000 + n) for n, word in enumerate("abc")),
    ]
    asked = [*WORDS, *map(" ".join, itertools.combinations(WORDS[:5], 3)), "pirnter", "pri", "acount", "-printer", ""]
    scopes = [ALL_OF_ACME, CLEO_HERSELF, STAFF_OF_BILLING]

    def answers() -> list[object]:
        return [(index.search(parse(text), one, limit=5), index.suggest(text, one)) for text in asked for one in scopes]

    index.put(mine)
    index.commit(1)
    before = answers()
    pick = random.Random(7)
    strangers = [" ".join(pick.choices(WORDS, k=pick.randint(1, 60))) for _ in range(400)]
    index.put(
        ticket(text[:40], text, note="swindler", tags=["hardware"], queue_id=NETWORK, **DINAS) for text in strangers
    )
    index.commit(2)
    assert answers() == before


def test_notes_and_tags_change_nothing_for_a_customer(index: SearchIndex) -> None:
    """The same ticket with other notes and tags looks the same to its customer."""
    asked = ("printer", "invoice printer", "fraud", "swindler printer", "twice", "canary", "-canary", "")
    index.put(TICKETS)
    index.commit(1)
    before = [index.search(parse(text), ALL_OF_ACME) for text in asked]
    index.put(replace(one, bodies_internal=("printer fraud canary",), tags=("printer",)) for one in TICKETS)
    index.commit(2)
    assert index.search(parse("canary"), ALL).total == len(TICKETS)
    assert [index.search(parse(text), ALL_OF_ACME) for text in asked] == before
