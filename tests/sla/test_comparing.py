"""A ticket lives twice: only where the two sides promise otherwise may it fare otherwise."""

from dataclasses import replace
from zoneinfo import ZoneInfo

from app.sla.comparing import Comparer
from app.sla.life import life_of
from core.calendar import Calendar, Hours, Weekday
from tests.sla.life import Life, at, policy, rules, target

AFTERNOONS = Calendar("Europe/Berlin", tuple(Hours(starts=13 * 60, ends=17 * 60, day=day) for day in Weekday))


def test_other_hours_move_due_times_and_spare_a_breach() -> None:
    record = rules(policy("all", target("first_reply", 4)))
    ((office_id, (edition,)),) = record.calendars.items()
    drafted = replace(record, calendars={office_id: [replace(edition, calendar=AFTERNOONS)]})
    life = life_of(Life("mon 10:00").replies("mon 16:30").history)
    assert life
    comparer = Comparer(record, drafted, at("tue 9:00"), ZoneInfo("Europe/Berlin"))
    (found,) = comparer.compare(life)
    assert (found.is_gained, found.due_before, found.due_after) == (False, at("mon 15:00"), at("mon 17:00"))
    assert (comparer.found.before.hours, comparer.found.after.hours) == ({"15": 1}, {"17": 1})
