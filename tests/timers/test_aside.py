"""Timers that failed for good are run again or dismissed by somebody, and both are on the record."""

from datetime import timedelta

import pytest

from app.timers import aside, runner
from core import clock
from core.actor import SYSTEM
from core.errors import NotFound
from tests.timers.test_timers import NOON, Shop, shop

__all__ = ["shop"]

TOLD = "select kind, payload ->> 'timer_key' from event_pending where kind like 'timer.%' order by seq"


def fail_for_good(shop: Shop, key: str) -> None:
    shop.set(key, breaks=True)
    for attempt in range(runner.MOST_ATTEMPTS):
        shop.run(20.0 * attempt)


def told(shop: Shop) -> list[tuple[str, str]]:
    with shop.database.alone.connection() as driver:
        return list(driver.execute(TOLD).fetchall())


def test_a_timer_that_is_run_again_happens_once_its_reason_to_fail_is_gone(shop: Shop) -> None:
    fail_for_good(shop, "wake it")
    with shop.database.transaction() as session:
        (timer,) = aside.set_aside(session)
        assert "broken on purpose" in timer.note
        timer.payload = {}
        with clock.at(NOON + timedelta(days=1)):
            aside.retry(session, SYSTEM, timer.id)
    assert shop.run(24 * 60) == 1
    assert shop.notes == ["wake it"]
    assert told(shop) == [("timer.retried", "wake it")]


def test_a_timer_that_fails_again_is_tried_as_often_as_a_new_one(shop: Shop) -> None:
    fail_for_good(shop, "hopeless")
    with shop.database.transaction() as session, clock.at(NOON + timedelta(days=1)):
        aside.retry(session, SYSTEM, aside.set_aside(session)[0].id)
    shop.run(24 * 60)
    timer = shop.rows()["hopeless"]
    assert (timer.attempts, timer.is_set_aside) == (1, False)


def test_a_dismissed_timer_does_not_happen(shop: Shop) -> None:
    fail_for_good(shop, "regretted")
    with shop.database.transaction() as session:
        aside.dismiss(session, SYSTEM, aside.set_aside(session)[0].id)
    assert shop.rows() == {}
    assert told(shop) == [("timer.dismissed", "regretted")]


def test_a_timer_that_still_runs_is_nobody_s_business(shop: Shop) -> None:
    shop.set("fine", minutes=10)
    with shop.database.transaction() as session, pytest.raises(NotFound):
        aside.dismiss(session, SYSTEM, shop.rows()["fine"].id)
    assert list(shop.rows()) == ["fine"]
