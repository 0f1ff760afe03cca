"""The index follows the ledger: real commands, the sequencer, and the sink that looks up what they touched."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg
import pytest

from app.db import Database
from app.people.setup import define_organisation, define_person
from app.queues.house import house_of
from app.queues.setup import define_state
from app.tickets.commands import Note
from app.tickets.merge import merge, unmerge
from app.tickets.together import Deed
from core.actor import ALL, SYSTEM, Role, Scope
from core.events import Category
from core.ledger import Entry, after
from core.settings import Settings
from etl.connection import connect
from etl.sequencer import move
from etl.sinks.search import CHANNEL, SearchSink
from search import SearchIndex, open_index, parse
from tests.world import World


class Followed:
    """A company whose ledger a search sink follows, step by step."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._database = Database(settings.database_url)
        self._ledger = connect(settings.database_url, "test")
        with self._database.transaction() as session:
            self.world = World(session)
        self.sink = SearchSink(settings)
        self.index: SearchIndex = open_index(settings)

    @contextmanager
    def doing(self) -> Iterator[World]:
        """What happens in the block is one transaction; then its events get their positions."""
        with self._database.transaction() as session:
            self.world.session = session
            yield self.world
        while move(self._ledger):
            pass

    def entries(self, position: int = 0) -> list[Entry]:
        return after(self._ledger, position)

    def catch_up(self) -> None:
        self.sink.write(self.entries(self.sink.position()))

    def titles(self, text: str, scope: Scope = ALL) -> list[str]:
        return [hit.title for hit in self.index.search(parse(text), scope).hits]

    def close(self) -> None:
        self.sink.close()
        self._ledger.close()
        self._database.close()


@pytest.fixture
def followed(settings: Settings) -> Iterator[Followed]:
    with closing(Followed(settings)) as company:
        with company.doing() as world:
            world.ticket(title="Printer jam", body="Paper everywhere.", noted=("mon 9:30", "A known grumbler."))
            world.ticket(title="VPN drops", queue="technical", replied=("mon 9:40", "Restart the router."))
        company.catch_up()
        yield company


def test_tickets_are_found_with_their_messages(followed: Followed) -> None:
    assert followed.titles("paper") == followed.titles("grumbler") == ["Printer jam"]
    assert followed.titles("router") == ["VPN drops"]
    assert followed.titles("grumbler", Scope(requester_ids=frozenset({followed.world.cleo.id}))) == []
    assert followed.index.position() == followed.entries()[-1].position


def test_each_change_replaces_the_document(followed: Followed) -> None:
    with followed.doing() as world:
        world.ticket(title="Toner low", retitled=("mon 10:00", "Toner empty"), solved="mon 11:00")
    followed.catch_up()
    assert followed.titles("toner state:solved") == followed.titles("empty") == ["Toner empty"]
    assert followed.titles("low") == []


def test_the_same_entries_twice_change_nothing(followed: Followed) -> None:
    entries, before = followed.entries(), dict(followed.index.versions())
    followed.sink.write(entries)
    followed.sink.write(entries[:3])
    assert dict(followed.index.versions()) == before
    assert followed.sink.position() == entries[-1].position


def test_a_ticket_that_is_gone_leaves_the_index(followed: Followed) -> None:
    with psycopg.connect(followed.settings.database_url) as connection:
        connection.execute("delete from message where ticket_id in (select id from ticket where title = 'VPN drops')")
        connection.execute("delete from ticket where title = 'VPN drops'")
    followed.sink.write(followed.entries())
    assert followed.titles("") == ["Printer jam"]


def test_new_names_reach_the_tickets_that_show_them(followed: Followed) -> None:
    with followed.doing() as world:
        cleo, acme = world.cleo, world.acme
        renamed = {"name": "Cleopatra", "email": "c@nile.example", "organisation_id": acme.id}
        define_person(world.session, SYSTEM, person_id=cleo.id, role=Role.CUSTOMER, **renamed)
        define_organisation(world.session, SYSTEM, organisation_id=acme.id, name="Ptolemies")
        new = house_of(world.session).state_for(Category.NEW)
        define_state(world.session, SYSTEM, state_id=new.id, category=Category.NEW, name="Fresh", is_default=True)
    followed.catch_up()
    for text in ("cleopatra", "from:c@nile.example", "org:ptolemies"):
        assert sorted(followed.titles(text)) == ["Printer jam", "VPN drops"]
    assert followed.titles("state:fresh") == ["Printer jam"]


def test_a_rebuilt_index_is_the_followed_one(followed: Followed) -> None:
    def everything() -> list[Any]:
        return [followed.index.search(parse(text), ALL) for text in ("", "paper", "router", "grumbler", "printer vpn")]

    before, versions, told = everything(), dict(followed.index.versions()), []
    followed.sink.rebuild(lambda done, total: told.append((done, total)))
    assert (everything(), dict(followed.index.versions()), told) == (before, versions, [(2, 2)])
    assert followed.sink.position() == followed.entries()[-1].position


def test_after_wiping_the_ledger_is_read_from_its_beginning(followed: Followed) -> None:
    followed.sink.wipe()
    assert (followed.sink.position(), followed.titles("")) == (0, [])
    followed.catch_up()
    assert sorted(followed.titles("")) == ["Printer jam", "VPN drops"]


def test_the_bell_rings_with_the_position(followed: Followed) -> None:
    with psycopg.connect(followed.settings.database_url, autocommit=True) as listener:
        listener.execute(f"listen {CHANNEL}")
        with followed.doing() as world:
            world.ticket()
        followed.catch_up()
        (bell,) = listener.notifies(timeout=5, stop_after=1)
    assert bell.payload == str(followed.sink.position())


def test_an_index_that_lost_its_content_is_filled_anew(followed: Followed) -> None:
    held = followed.sink.position()
    followed.sink._index.wipe()  # as when a server comes back with an empty folder
    with followed.doing() as world:
        world.ticket(title="Toner low")
    followed.sink.write(followed.entries(held))
    assert sorted(followed.titles("")) == ["Printer jam", "Toner low", "VPN drops"]


def test_a_merged_tickets_words_find_the_ticket_that_shows_them(followed: Followed) -> None:
    with followed.doing() as world:
        source, target = world.ticket(title="Toner", body="Magenta."), world.ticket(title="Drum")
        merge(Deed(world.session, world.actor("ana")), source.id, target.id)
    followed.catch_up()
    assert set(followed.titles("magenta")) == {"Toner", "Drum"}
    with followed.doing() as world:
        world.do("ana", Note(body="Ultramarine."), target, at="mon 13:00")
        unmerge(Deed(world.session, world.actor("ana")), source.id)
    followed.catch_up()
    assert followed.titles("magenta") == ["Toner"]
    assert followed.titles("ultramarine") == ["Drum"]


def test_words_from_another_requesters_ticket_are_found_by_colleagues_only(followed: Followed) -> None:
    with followed.doing() as world:
        world.eve = world.person("Eve", Role.CUSTOMER)  # type: ignore[attr-defined]
        hers, cleos = world.ticket(by="eve", body="Magenta."), world.ticket(title="Drum")
        merge(Deed(world.session, world.actor("ana"), is_confirmed=True), hers.id, cleos.id)
    followed.catch_up()
    assert "Drum" in followed.titles("magenta")
    assert followed.titles("magenta", Scope(requester_ids=frozenset({followed.world.cleo.id}))) == []
