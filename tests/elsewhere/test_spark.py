"""The catalogue on Spark says what it says on DuckDB, over the files that `clearqueue export-lake` writes."""

import shutil
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import duckdb
import ibis
import pyarrow.parquet as pq
import pytest
from polars.testing import assert_frame_equal

from analytics import catalogue, measure, tickets
from analytics.elsewhere import Elsewhere
from analytics.lake_export import plain_columns
from core import clock
from core.actor import Scope
from tests.lake.generated import CATEGORIES, take
from tests.lake.history import History, uid
from tests.metrics.shelf import shelf

pytestmark = [
    pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java, which is not on this machine"),
    pytest.mark.xdist_group("spark"),
]
START = datetime(2026, 1, 5, 9, tzinfo=UTC)
AFTERWARDS = START + timedelta(days=21)
BY: dict[str, list[str]] = {}
"""The metrics by their first dimension: what several rest on is read once."""
for _metric in filter(lambda metric: metric.is_of_tickets, catalogue.METRICS.values()):
    BY.setdefault(_metric.dimensions[0], []).append(_metric.name)
QUIET = {
    "spark.ui.enabled": "false", "spark.log.level": "ERROR", "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1", "spark.sql.shuffle.partitions": "1", "spark.driver.memory": "700m",
    "spark.sql.session.timeZone": "UTC", "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
}  # fmt: skip


def company(seed: int) -> History:
    """Twenty tickets of three weeks, with whatever may happen to them, and four for what chance leaves out."""
    chance, history = Random(seed), History()
    lives = [
        history.ticket(START + timedelta(hours=chance.randrange(400)), by=chance.choice(("Cleo", "Ana")))
        for _ in range(20)
    ]
    for _ in range(200):
        life, when = chance.choice(lives), START + timedelta(minutes=chance.randrange(26_000))
        state = chance.choice(CATEGORIES[:6])
        steps: tuple[tuple[str, Any], ...] = (
            ("state", (state, state)), ("assign", chance.choice((None, "Ana", "Bo"))),
            ("move", chance.choice(("Billing", "Technical"))), ("prioritise", chance.randint(1, 4)),
            ("message", (chance.choice(("Ana", "Bo", "Cleo")), "public", False)),
            ("clock", ("first_reply", chance.choice(("running", "fulfilled")), chance.randint(-20, 20), False)),
        )  # fmt: skip
        take(life, when, *chance.choice(steps))
    answered = (
        history.ticket("mon 9:00").reply("mon 9:30").customer("mon 10:00").reply("mon 10:30").customer("mon 11:00")
    )
    answered.clock("mon 11:00", "next_reply", due="mon 13:00").clock(
        "mon 12:00", "next_reply", due="mon 13:00", state="cancelled", reason="solved"
    )
    answered.state("mon 12:00", "SOLVED").rate("mon 13:00", 1).rate("mon 14:00", 5).book("mon 12:30", 20).survey(
        "mon 14:00", "ces", 6
    ).survey("mon 14:00", "nps", 9)
    for who in ("Robot", "Ana"):
        history.ticket("mon 9:00").reply("mon 9:01", "Robot").state("mon 9:02", "SOLVED", who)
    history.ticket("mon 9:00").clock("mon 9:00", "resolution", due=AFTERWARDS + timedelta(minutes=10))
    return history


@pytest.fixture(scope="module")
def here() -> duckdb.DuckDBPyConnection:
    """The lake in DuckDB."""
    return shelf(company(1).events)


@pytest.fixture(scope="module")
def there(here: duckdb.DuckDBPyConnection, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Elsewhere]:
    """The same on Spark."""
    from pyspark.sql import SparkSession

    folder = tmp_path_factory.mktemp("spark")
    builder = SparkSession.builder.master("local[1]")
    for name, value in {**QUIET, "spark.sql.warehouse.dir": str(folder / "warehouse")}.items():
        builder = builder.config(name, value)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        session = builder.getOrCreate()
        backend = ibis.pyspark.connect(session)
        for name in _tables(here):
            rows = here.execute(f"select {plain_columns(here, name)} from {name}").to_arrow_table()
            pq.write_table(rows, folder / f"{name}.parquet")
            backend.read_parquet(folder / f"{name}.parquet", table_name=name)
        yield Elsewhere(backend)
        session.stop()


def _tables(lake: duckdb.DuckDBPyConnection) -> list[str]:
    found = lake.execute("select table_name from duckdb_tables() where database_name = 'lake'").fetchall()
    return [name for (name,) in found]


@pytest.fixture(autouse=True)
def much_later() -> Iterator[None]:
    """Everybody asks in the same instant."""
    with warnings.catch_warnings(), clock.at(AFTERWARDS):
        warnings.simplefilter("ignore")
        yield


def same(here: duckdb.DuckDBPyConnection, there: Elsewhere, *names: str, **asked: Any) -> list[str]:
    """Both answer alike; those of the metrics that say anything at all."""
    expected = measure([*names], **asked, lake=here, small="show")
    assert_frame_equal(measure([*names], **asked, lake=there, small="show"), expected, check_dtypes=False)
    said = {name: expected.select(catalogue.columns_for([name])) for name in names}
    return [name for name, of in said.items() if any((one.drop_nulls() != 0).any() for one in of.iter_columns())]


@pytest.mark.timeout(900)  # most of the catalogue in one
@pytest.mark.parametrize("by", BY)
def test_every_metric_says_the_same(here: duckdb.DuckDBPyConnection, there: Elsewhere, by: str) -> None:
    assert same(here, there, *BY[by], by=by, since=START) == BY[by]


def test_days_of_a_zone_are_the_same(here: duckdb.DuckDBPyConnection, there: Elsewhere) -> None:
    days = {"grain": "day", "timezone": "Europe/Berlin", "since": START, "until": AFTERWARDS}
    for names in (
        ("tickets_created", "net_flow"),
        ("backlog",),
        ("open_age",),
        ("status_time_hours",),
        ("sla_attainment",),
    ):
        assert same(here, there, *names, by="queue", **days)


def test_totals_filters_pasts_and_walls_are_the_same(here: duckdb.DuckDBPyConnection, there: Elsewhere) -> None:
    names = ("tickets_created", "backlog", "first_reply_time", "full_resolution_time")
    assert same(here, there, *names)
    assert same(here, there, *names, where={"queue": "Technical"})
    assert same(here, there, *names, as_of=START + timedelta(days=9))
    assert same(here, there, *names, by="queue", scope=Scope(queue_ids=frozenset({uid("Billing")}), internal=True))


def test_the_tickets_behind_a_number_are_the_same(here: duckdb.DuckDBPyConnection, there: Elsewhere) -> None:
    expected = tickets("first_reply_time", lake=here)
    assert_frame_equal(tickets("first_reply_time", lake=there), expected, check_dtypes=False)
    assert expected.height
