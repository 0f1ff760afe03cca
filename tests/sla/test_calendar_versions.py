"""Versions of calendars: what was followed then, and what holds as we know it today."""

from dataclasses import replace
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.calendars.reading import as_of_then, read_editions, restated
from app.calendars.setup import accept, define_calendar
from core import clock
from core.actor import SYSTEM
from core.calendar import Holiday
from tests.sla.week import local, office


def test_both_series_can_be_read_after_a_restatement(session: Session) -> None:
    with clock.at(local("2026-03-02 08:00")):
        first = define_calendar(session, SYSTEM, name="Berlin", calendar=office())
    late = office(Holiday(date(2026, 3, 5)))
    with clock.at(local("2026-03-09 08:00")):
        row = define_calendar(
            session, SYSTEM, name="Berlin", calendar=late, calendar_id=first.calendar_id,
            effective_from=local("2026-03-05 00:00"),
        )  # fmt: skip
        assert [one.version for one in read_editions(session)[first.calendar_id]] == [1]
        accept(session, SYSTEM, row)
    editions = read_editions(session)[first.calendar_id]
    then = local("2026-03-05 10:00")
    assert [one.version for one in (as_of_then(editions, then), restated(editions, then)) if one] == [1, 2]
    after = local("2026-03-09 10:00")
    assert [one.version for one in (as_of_then(editions, after), restated(editions, after)) if one] == [2, 2]
    before = local("2026-03-04 10:00")
    assert [one.version for one in (as_of_then(editions, before), restated(editions, before)) if one] == [1, 1]


def test_a_version_is_laid_out_once_in_a_process(session: Session) -> None:
    row = define_calendar(session, SYSTEM, name="Berlin", calendar=replace(office(), zone="Europe/Paris"))
    kept = [read_editions(session)[row.calendar_id][0].calendar for _ in range(2)]
    assert kept[0] is kept[1]


def test_the_directory_of_names_has_calendars_as_they_are_called_today(session: Session) -> None:
    row = define_calendar(session, SYSTEM, name="Berlin", calendar=office())
    define_calendar(session, SYSTEM, name="Head office", calendar=office(), calendar_id=row.calendar_id)
    named = session.execute(sa.text("select name, detail from directory where kind = 'calendar'")).all()
    assert ("Head office", "Europe/Berlin") in named
    assert "Berlin" not in [name for name, _ in named]
