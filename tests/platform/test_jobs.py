"""Background work: housekeeping, the ledger's anchors, and at most one beat."""

from datetime import UTC, datetime, timedelta
from threading import Event

import psycopg
import pytest

from app.jobs import anchors, heartbeat, upkeep, worker
from app.jobs.beat import LeadingScheduler
from app.jobs.celery import broker_url, celery_app
from core import clock
from core.settings import Settings
from etl.sequencer import move
from tests.etl.events import pend, priorities

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def record(settings: Settings, count: int) -> None:
    """Events that have their positions."""
    with psycopg.connect(settings.database_url, autocommit=True) as connection:
        pend(connection, priorities(count))
        while move(connection):
            pass


def test_old_idempotency_keys_go_and_young_ones_stay(settings: Settings) -> None:
    with psycopg.connect(settings.database_url) as connection:
        for hours in (1, 23, 25, 100):
            connection.execute(
                "insert into idempotency (principal, key, request_hash, headers, created_at)"
                " values ('ana', %s, '', '{}', %s)",
                (str(hours), clock.now() - timedelta(hours=hours)),
            )
    assert upkeep.purge(settings.database_url)["idempotency"] == 2
    assert upkeep.purge(settings.database_url)["idempotency"] == 0


def test_a_day_has_one_anchor(settings: Settings) -> None:
    settings.data_dir.mkdir()
    assert not anchors.write(settings), "an empty ledger has no head"
    record(settings, 3)
    with clock.at(NOON):
        assert (anchors.write(settings), anchors.write(settings)) == (True, False)
    with clock.at(NOON + timedelta(days=1)):
        assert anchors.write(settings)
    days = [line.split()[:2] for line in anchors.book(settings).read_text().splitlines()]
    assert days == [["2026-03-02", "3"], ["2026-03-03", "3"]]


def test_rewritten_history_no_longer_agrees_with_its_anchors(settings: Settings) -> None:
    settings.data_dir.mkdir()
    record(settings, 3)
    with clock.at(NOON):
        anchors.write(settings)
    assert anchors.ledger_agrees_with_its_anchors(settings).wrong == 0
    with psycopg.connect(settings.database_url) as connection:
        connection.execute("update event set hash = sha256('forged') where position = 3")
    assert anchors.ledger_agrees_with_its_anchors(settings).examples == ["position 3 was another event on 2026-03-02"]


def test_a_second_beat_stands_by_until_the_first_is_gone(settings: Settings) -> None:
    first, second = (LeadingScheduler(celery_app(settings), lazy=True) for _ in range(2))
    assert (first._leads(), second._leads()) == (True, False)
    first.close()
    assert second._leads()
    assert heartbeat.BEAT in heartbeat.last_seen(settings.database_url)
    second.close()


def test_a_beat_that_lost_its_session_leads_no_more(settings: Settings) -> None:
    beat = LeadingScheduler(celery_app(settings), lazy=True)
    assert beat._leads()
    with psycopg.connect(settings.database_url) as connection:
        connection.execute(
            "select pg_terminate_backend(pid) from pg_locks join pg_stat_activity using (pid)"
            " where locktype = 'advisory' and datname = current_database()"
        )
    assert beat.tick() == beat.max_interval
    beat.close()


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("postgresql://me@/desk?host=%2Frun", "sqla+postgresql+psycopg://me@/desk?host=%2Frun&options="),
        ("postgresql://me@db/desk", "sqla+postgresql+psycopg://me@db/desk?options="),
    ],
)
def test_the_broker_is_our_own_database_unless_one_is_set(given: str, wanted: str) -> None:
    assert broker_url(Settings(database_url=given)).startswith(wanted)
    assert broker_url(Settings(database_url=given, broker_url="redis://there")) == "redis://there"


def test_only_json_is_accepted(settings: Settings) -> None:
    app = celery_app(settings)
    assert (app.conf.accept_content, app.conf.task_serializer, app.conf.result_backend) == (["json"], "json", None)


def test_what_breaks_off_beside_the_tasks_is_begun_again(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "AGAIN_SECONDS", 0.0)
    begun = []

    def stumbles_twice(settings: Settings, stop: Event) -> None:
        begun.append(settings)
        if len(begun) < 3:
            raise ZeroDivisionError

    worker.keep_running(stumbles_twice, settings, Event())
    assert begun == [settings] * 3
