"""What was prepared stays prepared from one reading to the next, and shows each asker no more than before."""

from sqlalchemy import text

from app.db import Ready
from app.wall import asking
from tests.wall.conftest import Walled

SHOWN = Ready("select id from ticket order by number")
TIMES = 8
"""More often than the driver waits before it prepares something."""


def test_readings_keep_what_was_prepared_and_each_sees_their_own(house: Walled) -> None:
    people = (house.world.ana, house.eve, house.ada)
    expected = [house.shown(person, "select id from ticket") for person in people]
    for person, seen in [*zip(people, expected, strict=True)] * TIMES:
        before = asking.set(house.actor(person))
        try:
            with house.web.reading() as session:
                assert {row.id for row in SHOWN.rows(session)} == seen
        finally:
            asking.reset(before)
    with house.web.reading() as session:
        prepared = set(session.execute(text("select statement from pg_prepared_statements")).scalars())
    assert SHOWN.words in prepared
