"""Open pages hear what they may hear, as soon as it is in the ledger."""

import asyncio
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any, TypeVar

import psycopg
import pytest
from psycopg import Connection

from app.db import Database
from app.drafts.keep import Words, keep_draft
from core.actor import ALL, Scope
from etl import sequencer
from etl.sinks.live import MOST_AT_ONCE, Changed, Live, Missed, News, Reached, Writing
from tests.etl.carriers import eventually
from tests.etl.events import pend, priorities
from tests.world import World

Told = TypeVar("Told")


def in_a_thread(story: Coroutine[Any, Any, Told]) -> Told:
    """Run it in a thread of its own: a browser's event loop may live in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, story).result()


@pytest.fixture
def live(database_url: str) -> Iterator[Live]:
    """A listening thread, as each web process has one."""
    listening = Live(database_url)
    listening.start()
    eventually(lambda: listening.is_listening)
    yield listening
    listening.stop()


async def heard(live: Live, scope: Scope, count: int, connection: Connection[Any], *acts: Any) -> list[News]:
    """The first pieces of news that somebody hears while things happen."""
    with live.subscribed(scope) as news:
        for act in acts:
            await asyncio.to_thread(act, connection)
        async with asyncio.timeout(30):
            return [await news.get() for _ in range(count)]


def happen(count: int) -> Any:
    """Events that get their positions."""

    def act(connection: Connection[Any]) -> None:
        pend(connection, priorities(count))
        while sequencer.move(connection):
            pass

    return act


def ring(channel: str, position: int) -> Any:
    """A follower's bell."""
    return lambda connection: connection.execute("select pg_notify(%s, %s)", (channel, str(position)))


async def _both(live: Live, connection: Connection[Any]) -> tuple[list[News], list[News]]:
    with live.subscribed(Scope()) as outsider, live.subscribed(ALL) as insider:
        await asyncio.to_thread(happen(1), connection)
        await asyncio.to_thread(ring("clearqueue_lake", 1), connection)
        async with asyncio.timeout(30):
            return [await outsider.get()], [await insider.get(), await insider.get()]


def test_events_and_followers_are_heard_in_order(live: Live, connection: Connection[Any]) -> None:
    news = in_a_thread(heard(live, ALL, 4, connection, happen(3), ring("clearqueue_search", 3)))
    changes = [piece for piece in news if isinstance(piece, Changed)]
    assert [(change.position, change.ticket_version) for change in changes] == [(1, 1), (2, 2), (3, 3)]
    assert news[-1] == Reached("search", 3)


def test_who_may_not_see_a_ticket_hears_nothing_of_it(live: Live, connection: Connection[Any]) -> None:
    outside, inside = in_a_thread(_both(live, connection))
    assert outside == [Reached("lake", 1)]
    assert [type(piece) for piece in inside] == [Changed, Reached]


def test_a_flood_is_told_as_one_piece(live: Live, connection: Connection[Any]) -> None:
    assert in_a_thread(heard(live, ALL, 1, connection, happen(MOST_AT_ONCE + 1))) == [Missed(MOST_AT_ONCE + 1)]


def test_colleagues_who_see_the_ticket_hear_who_is_writing(live: Live, database_url: str) -> None:
    with closing(Database(database_url)) as database:
        with database.transaction() as session:
            world = World(session)
            ticket = world.ticket()
            actors = {who: world.actor(who) for who in ("ana", "bo", "cleo", "dov")}

        def write(_: Connection[Any]) -> None:
            with database.transaction() as session:
                keep_draft(session, actors["ana"], ticket.id, "reply", Words(body="Dear Cleo"))

        with psycopg.connect(database_url) as connection:
            (told,) = in_a_thread(heard(live, actors["dov"].scope, 1, connection, write))
    assert isinstance(told, Writing)
    assert (told.name, told.kind, told.ticket_id, told.is_over) == ("Ana", "reply", ticket.id, False)
    assert {who: told.is_visible_to(actor.scope) for who, actor in actors.items()} == {
        "ana": True, "bo": False, "cleo": False, "dov": True
    }  # fmt: skip
