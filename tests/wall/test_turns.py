"""People who take turns on the same few connections, with errors and cancels in between, see none of each other's."""

import random
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.db import Database
from app.people.person import Person
from app.wall import asking
from tests.depth import examples
from tests.wall.conftest import Walled

THREADS, CONNECTIONS = 4, 2
TURNS = examples(25)
"""Of each thread."""

ODD_ENDS = ("select 1 / 0 from ticket", "select pg_cancel_backend(pg_backend_pid()), pg_sleep(1)")


def test_of_many_turns_on_two_connections_each_sees_their_own(house: Walled) -> None:
    people: tuple[Person | None, ...] = (house.world.cleo, house.eve, house.world.ana, house.world.bo, None)
    actors = {person.id: house.actor(person) for person in people if person}
    expected = {person.id if person else None: house.shown(person, "select id from ticket") for person in people}
    assert len({frozenset(one) for one in expected.values()}) >= 3, "they see different things"

    def turns(seed: int) -> int:
        chance, odd = random.Random(seed), 0
        for _ in range(TURNS):
            person = chance.choice(people)
            before = asking.set(actors[person.id] if person else None)
            try:
                if chance.random() < 0.3:
                    odd += 1
                    with pytest.raises(DBAPIError), shared.transaction() as session:
                        session.execute(text(chance.choice(ODD_ENDS)))
                with shared.transaction() as session:
                    seen = set(session.execute(text("select id from ticket")).scalars())
            finally:
                asking.reset(before)
            assert seen == expected[person.id if person else None]
        return odd

    url = house.settings.database_url
    with closing(Database(url, most_connections=CONNECTIONS, is_walled=True)) as shared:
        with ThreadPoolExecutor(THREADS) as crowd:
            assert sum(crowd.map(turns, range(THREADS))) > THREADS
        assert shared.engine.pool.checkedin() <= CONNECTIONS  # type: ignore[attr-defined]
