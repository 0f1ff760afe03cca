"""Whoever comes back with the last position hears every event once, in order, however often the line breaks."""

import asyncio
import random

import psycopg
import pytest

from app.feed.feed import Feed, Wish
from core.actor import SYSTEM
from etl import sequencer
from etl.sinks import live as live_module
from tests.etl.events import pend, priorities
from tests.etl.test_live import in_a_thread
from tests.feed.conftest import TellingHouse

EVENTS = 400


async def hear(house: TellingHouse, since: int, last: int, most: int) -> list[int]:
    """The positions that one connection tells before it breaks."""
    desk, heard = house.api.state.desk, list[int]()

    async def still() -> None:
        return None

    feed = Feed(desk.database, desk.live, SYSTEM, Wish(since), still)  # type: ignore[arg-type]
    async for changes in feed:
        heard += [change.position for change in changes]
        if len(heard) >= most or (heard and heard[-1] >= last):
            break
    return heard


async def _story(house: TellingHouse, seed: int, before: int) -> list[int]:
    chance, heard = random.Random(seed), list[int]()
    writing = asyncio.create_task(asyncio.to_thread(_write, house, chance.random(), before))
    last = before + EVENTS
    while not heard or heard[-1] < last:
        heard += await hear(house, heard[-1] if heard else before, last, chance.randint(1, 60))
    await writing
    return heard


def _write(house: TellingHouse, seed: float, before: int) -> None:
    chance = random.Random(seed)
    with psycopg.connect(house.settings.database_url, autocommit=True) as connection:
        left = EVENTS
        while left:
            count = min(left, chance.randint(1, 40))
            pend(connection, priorities(count))
            sequencer.move(connection)
            left -= count


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_nothing_is_lost_and_nothing_told_twice(
    house: TellingHouse, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_module, "MOST_AT_ONCE", 25)  # slow readers miss often
    house.tell()
    with psycopg.connect(house.settings.database_url, autocommit=True) as connection:
        before, _ = sequencer.head(connection)
    heard = in_a_thread(_story(house, seed, before))
    assert heard == list(range(before + 1, before + EVENTS + 1))
