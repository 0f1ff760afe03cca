"""A holiday entered late: what was promised, as recorded and restated, before somebody accepts it and afterwards."""

from datetime import date

from sqlalchemy.orm import Session

from app.calendars.row import CalendarVersion
from app.calendars.setup import accept, define_calendar
from app.queues.house import house_of
from app.sla.restated_answers import SeriesAnswer
from app.sla.restatement import restatement
from app.tickets.commands import Reply
from core import clock
from core.actor import SYSTEM
from core.calendar import Calendar, Holiday
from tests.sla.desk import kept, set_policy
from tests.sla.week import weekdays
from tests.world import MONDAY, World, at

HOURS = weekdays(("09:00", "17:00"))


def late_holiday(world: World) -> CalendarVersion:
    """Four hours of work time for a first reply; that Tuesday was a holiday turns out on Wednesday."""
    with clock.at(MONDAY):
        made = define_calendar(world.session, SYSTEM, name="Hours", calendar=Calendar("UTC", HOURS))
    seconds = {"normal": 4 * 3600}
    set_policy(world, {"metric": "first_reply", "seconds": seconds, "calendar_id": str(made.calendar_id)})
    spared = world.ticket(opened="mon 15:00")  # due Tue 11:00, answered Wed 9:30: late, but for the holiday
    world.do("ana", Reply(body="Hello"), spared, at="wed 9:30")
    early = world.ticket(opened="mon 9:00")  # due and answered on Monday
    world.do("ana", Reply(body="Hello"), early, at="mon 10:00")
    world.ticket(opened="tue 10:00")  # nobody answers: due Tue 14:00, or Wed 13:00
    with clock.at(at("wed 12:00")):
        return define_calendar(
            world.session, SYSTEM, name="Hours", calendar=Calendar("UTC", HOURS, holidays=(Holiday(date(2026, 1, 6)),)),
            calendar_id=made.calendar_id, effective_from=at("tue 0:00"),
        )  # fmt: skip


def asked(session: Session, row: CalendarVersion, when: str) -> SeriesAnswer:
    with clock.at(at(when)):
        return SeriesAnswer.of(restatement(session, row))


def test_the_preview_shows_both_series_and_the_breaches_that_differ(world: World) -> None:
    row = late_holiday(world)
    found = asked(world.session, row, "wed 12:30")
    assert [(one.start.day, one.met_recorded, one.due_recorded) for one in found.days] == [(6, 0, 2), (7, 0, 0)]
    assert [(one.start.day, one.met_restated, one.due_restated) for one in found.days] == [(6, 0, 0), (7, 1, 1)]
    assert [(one.due_recorded, one.due_restated) for one in found.weeks] == [(2, 1)]
    assert (found.breaches_gained, found.breaches_lost, found.tickets) == (0, 2, 2)
    assert [(one.due_recorded, one.due_restated) for one in found.lost] == [
        (at("tue 11:00"), at("wed 11:00")), (at("tue 14:00"), None),
    ]  # fmt: skip


def test_both_series_stay_readable_after_somebody_accepts_it_and_the_record_stays(world: World) -> None:
    row = late_holiday(world)
    before = asked(world.session, row, "wed 12:30")
    with clock.at(at("wed 12:40")):
        accept(world.session, SYSTEM, row)
        assert len(house_of(world.session).sla.calendars[row.calendar_id]) == 2
    after = asked(world.session, row, "wed 12:45")
    assert (after.days, after.lost) == (before.days, before.lost)


def test_a_restated_clock_runs_by_the_hours_of_before_until_the_version_begins(world: World) -> None:
    row = late_holiday(world)
    found = asked(world.session, row, "wed 14:00")
    assert [(one.start.day, one.met_restated, one.due_restated) for one in found.days][-1] == (7, 1, 2)
    assert kept(world, world.ticket(opened="wed 14:00"))[0].calendar_version == 1
