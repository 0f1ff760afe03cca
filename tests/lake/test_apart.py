"""News of one ticket leave the rows of all others where they are, and what is erased was never there."""

from collections.abc import Callable

import duckdb
import psycopg
import pytest

from analytics import models
from analytics.lake_write import Change
from core.settings import Settings
from etl.sinks.lake import LakeSink
from tests.lake.conftest import contents, tell
from tests.lake.history import History, Life
from tests.lake.rows import entries


def lived(history: History) -> Life:
    life = history.ticket("mon 9:00").assign("mon 9:05", "Ana").reply("mon 9:20").customer("mon 9:30")
    life.state("mon 9:40", "PENDING").state("mon 9:50", "OPEN").book("mon 9:55", 20)
    return life.clock("mon 9:30", due="mon 12:00").state("mon 10:00", "SOLVED").rate("mon 11:00", 5)


NEWS: dict[str, Callable[[Life], object]] = {
    "late": lambda life: life.reply("mon 9:10"),
    "out of order": lambda life: life.state("mon 15:00", "OPEN").state("mon 14:00", "PENDING"),
    "merged": lambda life: life.state("mon 13:00", "MERGED").thread("mon 13:00", None),
    "merged and unmerged": lambda life: life.state("mon 13:00", "MERGED").state("mon 14:00", "OPEN"),
    "split": lambda life: life.thread("mon 14:00", "mon 9:30"),
    "deleted": lambda life: life.state("mon 13:00", "DELETED"),
    "deleted and restored": lambda life: life.state("mon 13:00", "DELETED").state("mon 14:00", "SOLVED"),
}


@pytest.mark.parametrize("news", NEWS)
def test_only_the_rows_of_its_ticket_change(news: str) -> None:
    history = History()
    other, touched = lived(history), lived(history)
    had = entries(history.events)
    NEWS[news](touched)
    fresh = entries(history.events)[len(had) :]
    with duckdb.connect(config={"threads": 1}) as duck:
        duck.execute("set TimeZone = 'UTC'")
        duck.execute(models.text("tables"))
        Change(duck, [], had).apply()
        stood = rows_of(duck, other)
        assert all(stood.values())
        Change(duck, [entry for entry in had if entry.ticket_id == touched.ticket_id], fresh).apply()
        assert rows_of(duck, other) == stood


def rows_of(duck: duckdb.DuckDBPyConnection, life: Life) -> dict[str, list[tuple[object, ...]]]:
    """A ticket's rows, and where they stand: a row that is written anew stands elsewhere."""
    which = f"where ticket_id = '{life.ticket_id}' order by rowid"
    return {name: duck.execute(f"select rowid, * from {name} {which}").fetchall() for name in models.DERIVED}


def test_erasing_people_and_words_changes_no_number(settings: Settings, sink: LakeSink) -> None:
    history = History()
    lived(history)
    with psycopg.connect(settings.database_url) as connection:
        connection.execute(
            "insert into person (id, name, email, role, timezone, locale, is_active, must_change_password, created_at)"
            " values (gen_random_uuid(), 'Erasable Erna', 'erna@example.com', 'agent', 'UTC', 'en', true, false, now())"
        )
    sink.write(tell(settings, history.events))
    sink.rebuild(lambda done, total: None)
    before = contents(settings)
    assert "Erasable Erna" in str(before.pop("directory"))
    assert "Erna" not in str(before)
    with psycopg.connect(settings.database_url) as connection:
        connection.execute("update person set name = 'Erased', email = id || '@erased.invalid'")
    sink.rebuild(lambda done, total: None)
    after = contents(settings)
    assert "Erna" not in str(after.pop("directory"))
    assert after == before
