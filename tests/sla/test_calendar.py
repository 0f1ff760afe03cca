"""Business time by example: SEMANTICS.md 2.2.5, edges, clock changes. 2 March 2026 is a Monday."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest

from app.sla.calendar import add_business, business_seconds, is_open, open_segments
from core.calendar import Break, Calendar, Holiday, Hours, Shift, Weekday
from core.calendar.definition import Span
from tests.sla.week import local, office, weekdays

HOUR = 3600


@pytest.mark.parametrize(
    ("created", "due"),
    [
        ("2026-03-02 10:00", "2026-03-02 15:00"),
        ("2026-03-06 16:00", "2026-03-09 12:00"),
        ("2026-03-07 11:00", "2026-03-09 14:00"),
    ],
)
def test_four_hours_are_due_as_the_vectors_say(created: str, due: str) -> None:
    assert add_business(office(), local(created), 4 * HOUR) == local(due)


def test_a_holiday_on_monday_moves_the_due_time_to_tuesday() -> None:
    calendar = office(Holiday(date(2026, 3, 9)))
    assert add_business(calendar, local("2026-03-06 16:00"), 4 * HOUR) == local("2026-03-10 12:00")


def test_a_pause_holds_only_its_open_time() -> None:
    paused = business_seconds(office(), local("2026-03-02 11:00"), local("2026-03-02 14:00"))
    assert paused == 2 * HOUR
    assert add_business(office(), local("2026-03-02 10:00"), 4 * HOUR + 2 * HOUR) == local("2026-03-02 17:00")
    assert business_seconds(office(), local("2026-03-02 12:30"), local("2026-03-02 12:45")) == 0


def test_half_an_hour_left_at_half_past_eleven_is_due_at_the_closing_edge() -> None:
    assert business_seconds(office(), local("2026-03-02 10:00"), local("2026-03-02 11:30")) == 1.5 * HOUR
    assert add_business(office(), local("2026-03-02 11:30"), HOUR // 2) == local("2026-03-02 12:00")


def test_round_the_clock_the_hour_that_does_not_exist_is_not_counted() -> None:
    start = local("2026-03-28 23:00")
    assert add_business(Calendar.always_open("Europe/Berlin"), start, 4 * HOUR) == local("2026-03-29 04:00")


def test_no_budget_is_due_now_or_at_the_next_opening() -> None:
    calendar = office()
    assert add_business(calendar, local("2026-03-02 10:00"), 0) == local("2026-03-02 10:00")
    assert add_business(calendar, local("2026-03-02 17:00"), 0) == local("2026-03-02 17:00")
    assert add_business(calendar, local("2026-03-02 17:01"), 0) == local("2026-03-03 09:00")


def test_a_negative_budget_leads_back_to_when_the_warning_is_due() -> None:
    assert add_business(office(), local("2026-03-03 09:15"), -HOUR // 2) == local("2026-03-02 16:45")
    assert add_business(office(), local("2026-03-02 14:00"), -HOUR) == local("2026-03-02 13:00")


def test_a_calendar_that_never_opens_has_no_due_time() -> None:
    assert add_business(Calendar("UTC"), datetime(2026, 1, 1, tzinfo=UTC), 1) is None
    assert add_business(Calendar("UTC"), datetime(2026, 1, 1, tzinfo=UTC), 0) is None
    assert add_business(Calendar("UTC"), datetime(2026, 1, 1, tzinfo=UTC), -1) is None


def test_a_budget_of_years_is_followed_to_its_end() -> None:
    calendar = Calendar("UTC", weekdays(("09:00", "10:00"), days=("mon",)))
    due = add_business(calendar, datetime(2026, 1, 1, tzinfo=UTC), 520 * HOUR)
    assert due == datetime(2026, 1, 5, 10, tzinfo=UTC) + timedelta(weeks=519)


def test_opening_is_open_and_closing_is_not() -> None:
    assert is_open(office(), local("2026-03-02 09:00"))
    assert not is_open(office(), local("2026-03-02 12:00"))
    assert not is_open(office(), local("2026-03-02 09:00") - timedelta(microseconds=1))


def test_microseconds_are_exact() -> None:
    start, end = local("2026-03-02 10:00") + timedelta(microseconds=1), local("2026-03-02 10:01")
    assert business_seconds(office(), start, end) == Fraction(59_999_999, 1_000_000)
    assert add_business(office(), start, Fraction(59_999_999, 1_000_000)) == end
    with pytest.raises(ValueError, match="whole number of microseconds"):
        add_business(office(), start, Fraction(1, 3))


def test_backwards_a_span_counts_below_zero() -> None:
    start, end = local("2026-03-02 10:00"), local("2026-03-02 11:00")
    assert business_seconds(office(), end, start) == -HOUR


def test_naive_times_are_refused() -> None:
    with pytest.raises(TypeError):
        business_seconds(office(), datetime(2026, 3, 2, 10), datetime(2026, 3, 2, 11))  # noqa: DTZ001


def test_open_segments_are_cut_to_the_span() -> None:
    found = open_segments(office(), local("2026-03-02 11:00"), local("2026-03-02 14:00"))
    assert [(s.start, s.end) for s in found] == [
        (local("2026-03-02 11:00"), local("2026-03-02 12:00")),
        (local("2026-03-02 13:00"), local("2026-03-02 14:00")),
    ]


def test_a_night_shift_belongs_to_the_day_on_which_it_starts() -> None:
    calendar = Calendar("Europe/Berlin", weekdays(("22:00", "06:00"), days=("mon",)))
    assert business_seconds(calendar, local("2026-03-02 00:00"), local("2026-03-04 00:00")) == 8 * HOUR
    assert is_open(calendar, local("2026-03-03 05:59"))


def test_a_shift_replaces_the_hours_of_its_day_but_not_the_night_before() -> None:
    calendar = Calendar(
        "Europe/Berlin",
        weekdays(("22:00", "06:00")),
        shifts=(Shift(date(2026, 3, 3), (Span("10:00", "11:00"),)), Shift(date(2026, 3, 4))),
    )
    assert business_seconds(calendar, local("2026-03-03 00:00"), local("2026-03-05 00:00")) == 7 * HOUR


def test_a_break_is_cut_out_of_weekly_hours_and_not_out_of_shifts() -> None:
    calendar = Calendar(
        "Europe/Berlin",
        weekdays(("09:00", "17:00")),
        breaks=(Break("12:00", "13:00", Weekday.MON),),
        shifts=(Shift(date(2026, 3, 9), (Span("09:00", "17:00"),)),),
    )
    assert business_seconds(calendar, local("2026-03-02 00:00"), local("2026-03-03 00:00")) == 7 * HOUR
    assert business_seconds(calendar, local("2026-03-09 00:00"), local("2026-03-10 00:00")) == 8 * HOUR


def test_a_holiday_closes_shifts_too_and_half_a_holiday_half_a_day() -> None:
    calendar = Calendar(
        "Europe/Berlin",
        weekdays(("09:00", "17:00")),
        shifts=(Shift(date(2026, 12, 25), (Span("09:00", "12:00"),)),),
        holidays=(Holiday(date(2020, 12, 25), yearly=True), Holiday(date(2026, 12, 24), starts="12:00")),
    )
    assert business_seconds(calendar, local("2026-12-24 00:00"), local("2026-12-26 00:00")) == 3 * HOUR
    assert business_seconds(calendar, local("2028-12-25 00:00"), local("2028-12-26 00:00")) == 0


def test_a_yearly_holiday_on_29_february_comes_in_leap_years() -> None:
    calendar = Calendar.always_open("UTC", [Holiday(date(2024, 2, 29), yearly=True)])
    opened = [
        business_seconds(calendar, datetime(y, 1, 1, tzinfo=UTC), datetime(y + 1, 1, 1, tzinfo=UTC)) // 86400
        for y in (2027, 2028, 2029)
    ]
    assert opened == [365, 365, 365]


def test_the_repeated_hour_counts_twice_and_opens_at_its_first_coming() -> None:
    calendar = Calendar("Europe/Berlin", (Hours("01:00", "05:00", Weekday.SUN),))
    assert business_seconds(calendar, local("2026-10-25 00:00"), local("2026-10-26 00:00")) == 5 * HOUR
    early = Calendar("Europe/Berlin", (Hours("01:00", "02:30", Weekday.SUN),))
    assert business_seconds(early, local("2026-10-25 00:00"), local("2026-10-26 00:00")) == 1.5 * HOUR


def test_lord_howe_moves_its_clocks_by_half_an_hour() -> None:
    calendar = Calendar("Australia/Lord_Howe", (Hours("01:00", "04:00", Weekday.SUN),))
    spring = [local(f"2026-10-0{n} 00:00", "Australia/Lord_Howe") for n in (4, 5)]
    autumn = [local(f"2026-04-0{n} 00:00", "Australia/Lord_Howe") for n in (5, 6)]
    assert business_seconds(calendar, *spring) == 2.5 * HOUR
    assert business_seconds(calendar, *autumn) == 3.5 * HOUR


@pytest.mark.parametrize("text", ["9", "24:01", "09:60", "-1:00", "09:00:00", "٠٩:٠٠", ""])
def test_a_time_of_day_is_written_with_hours_and_minutes(text: str) -> None:
    with pytest.raises(ValueError):
        Hours(text, "23:59", Weekday.MON)


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc/passwd", "CET CEST"])
def test_a_zone_is_one_that_there_is(zone: str) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        Calendar(zone)


def test_hours_need_a_length_and_a_date_has_one_shift() -> None:
    with pytest.raises(ValueError, match="need a length"):
        Hours("09:00", "09:00", Weekday.MON)
    with pytest.raises(ValueError, match="one shift"):
        Calendar("UTC", shifts=(Shift(date(2026, 1, 1)), Shift(date(2026, 1, 1))))
