"""The demo company: believable, deterministic, whole after a kill, and lawful like any other history."""

import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import pytest

from app.first_company import STATES
from app.imports import demo
from app.imports.demo.calendar import easter, holidays
from app.imports.demo.canned import Canned
from app.imports.demo.company import AGENTS, QUEUES, clientele
from app.imports.demo.demand import arrivals, chapter
from app.imports.demo.desk import Desk
from app.imports.demo.journey import Case
from app.imports.demo.loading import LOAD
from app.imports.demo.texts import LANGUAGES, Speaker
from app.imports.demo.topics import BY_NAME
from app.ratings.law import ratings_are_as_told
from app.tickets.origin import edited
from app.worktime.law import time_is_as_told
from core import clock
from core.settings import Settings
from tests.imports.logs import Import
from tests.imports.test_import_log import assert_laws_hold

NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)
TICKETS = 1_500

SCRIPT = """
import sys
from datetime import datetime
from core import clock
from core.settings import Settings
import app.imports.demo.loading as demo
demo.RECORDS_A_BATCH = 500
with clock.at(datetime.fromisoformat(sys.argv[2])):
    demo.load(Settings(database_url=sys.argv[1]), tickets=120)
"""


@pytest.fixture(scope="module")
def company(
    fresh_database: Callable[[], AbstractContextManager[str]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Import]:
    """A demo company with a tenth of its tickets."""
    with fresh_database() as url, clock.at(NOW):
        settings = Settings(data_dir=tmp_path_factory.mktemp("demo"), database_url=url, secret_key="k" * 32)
        yield Import(demo.load(settings, tickets=TICKETS), settings)


def year_of_work() -> Desk:
    """A whole year to be simulated, with all its tickets."""
    dice = random.Random(5)
    year = chapter(NOW)
    return Desk(year, arrivals(year, clientele(dice), 20_000, dice), LOAD, dice)


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    """The simulated year."""
    return year_of_work().run()


def test_the_laws_hold(company: Import) -> None:
    assert company.reconciliation.tally.tickets == TICKETS
    assert_laws_hold(company.settings)


def test_the_year_ends_just_before_now(company: Import) -> None:
    ((first, last),) = company.rows("select min(occurred_at), max(occurred_at) from event where ticket_id is not null")
    assert NOW - timedelta(days=366) < first < NOW - timedelta(days=360)
    assert NOW - timedelta(hours=12) < last <= NOW


def test_people_came_had_lunch_and_went_home(company: Import) -> None:
    rows = company.rows(
        "select payload ->> 'person_id', payload ->> 'presence', payload ->> 'before', occurred_at from event"
        " where kind = 'agent.presence_changed' order by 1, 4"
    )
    assert {row[1] for row in rows} == {"online", "away", "offline"}
    said: dict[str, str] = {}
    for person_id, presence, before, _ in rows:
        assert said.get(person_id, "offline") == before != presence
        said[person_id] = presence
    assert len(said) == len(AGENTS)
    assert set(said.values()) == {"offline"}
    assert all(NOW - timedelta(days=57) < at <= NOW for *_, at in rows)


def test_a_second_load_does_nothing(company: Import) -> None:
    again = demo.load(company.settings, tickets=TICKETS)
    assert again.was_finished
    assert company.rows("select count(*) from ticket") == [(TICKETS,)]
    assert company.rows("select count(*), min(name) from denominator") == [(1, "active_customers")]


def test_everything_that_a_dashboard_shows_is_there(company: Import) -> None:
    assert {row[0] for row in company.rows("select name from queue")} == set(QUEUES)
    assert {row[0] for row in company.rows("select distinct language from ticket")} == set(LANGUAGES)
    assert {row[0] for row in company.rows("select distinct priority from ticket")} == {1, 2, 3, 4}
    kinds = {row[0] for row in company.rows("select distinct kind from event")}
    told = (
        "created",
        "status_changed",
        "assigned",
        "queue_changed",
        "tags_changed",
        "priority_changed",
        "field_changed",
    )
    answers = ("csat.rated", "ces.rated", "nps.rated")
    assert kinds >= {*(f"ticket.{kind}" for kind in told), "message.added", "time.logged", *answers}
    assert {row[0] for row in company.rows("select distinct category from ticket")} >= {"CLOSED", "SOLVED", "PENDING"}


def test_time_is_booked_by_most_and_rated_by_some(company: Import) -> None:
    ((entries, people, activities, longest),) = company.rows(
        "select count(*), count(distinct person_id), count(distinct activity_id), max(minutes) from time_entry"
    )
    assert entries > TICKETS
    assert (people, activities) == (len(AGENTS), 4)
    assert longest <= 90
    scores = dict(company.rows("select score, count(*) from rating group by 1"))
    assert set(scores) == {1, 2, 3, 4, 5}
    assert TICKETS / 8 < sum(scores.values()) < TICKETS / 3
    assert scores[5] + scores[4] > 2 * (scores[1] + scores[2])
    assert [law(company.settings).wrong for law in (time_is_as_told, ratings_are_as_told)] == [0, 0]


def test_some_replies_were_begun_with_a_canned_one_and_changed_more_or_less(company: Import) -> None:
    told = company.rows(
        "select payload ->> 'made_from', count(*), count(payload ->> 'made_from_id'),"
        " count(distinct payload ->> 'edited') from event where kind = 'message.added' group by 1"
    )
    made = {row[0]: row[1:] for row in told}
    assert set(made) == {"hand", "canned_reply", None}
    begun, named, shares = made["canned_reply"]
    assert begun == named
    assert shares > 20
    assert 0.15 < begun / (begun + made["hand"][0]) < 0.3
    strangers = company.rows(
        "select count(*) from event where kind = 'message.added' and payload ->> 'made_from' is not null"
        " and (actor_kind <> 'agent' or payload ->> 'visibility' <> 'public')"
    )
    assert strangers == [(0,)]
    (words,) = company.rows(
        "select message.body, canned_reply.body, person.name, requester.name, (payload ->> 'edited')::float"
        " from event join message on message.id = (payload ->> 'message_id')::uuid"
        " join canned_reply on canned_reply.id = (payload ->> 'made_from_id')::uuid"
        " join ticket on ticket.id = event.ticket_id join person on person.id = author_id"
        " join person as requester on requester.id = requester_id order by position limit 1"
    )
    sent, canned, agent, customer, changed = words
    assert edited(Canned("", canned).filled(customer, agent), sent) == changed


def test_agents_may_do_what_their_tickets_show_and_nobody_can_sign_in_yet(company: Import) -> None:
    staff = company.rows("select email, role, timezone from person where role <> 'customer'")
    assert {(agent.email, agent.shift.timezone) for agent in AGENTS} == {(email, zone) for email, _, zone in staff}
    assert company.rows("select count(*) from person where password_hash is not null") == [(0,)]
    strangers = company.rows(
        "select count(*) from ticket join person on person.id = agent_id where role = 'agent' and not exists ("
        " select from queue_right where holder = agent_id::text and 'own' = any (rights)"
        " and queue_right.queue_id in (ticket.queue_id, (select parent_id from queue where id = ticket.queue_id)))"
    )
    assert strangers == [(0,)]


def test_the_same_seed_gives_the_same_company(company: Import, fresh_settings: Callable[[], Settings]) -> None:
    settings = fresh_settings()
    with clock.at(NOW):
        again = Import(demo.load(settings, tickets=TICKETS), settings)
    query = (
        "select event_id, kind, occurred_at, actor_id, payload from event where ticket_id is not null"
        " order by position limit 4000"
    )
    assert again.rows(query) == company.rows(query)
    words = "select id, body from message order by id limit 2000"
    assert again.rows(words) == company.rows(words)


def test_a_killed_load_goes_on_where_it_was(settings: Settings, fresh_settings: Callable[[], Settings]) -> None:
    killed = subprocess.run(
        [sys.executable, "-c", SCRIPT, settings.database_url, NOW.isoformat()],
        env={**os.environ, "FP": "bulk.before_commit:3"}, check=False,
    )  # fmt: skip
    assert killed.returncode == -signal.SIGKILL
    with clock.at(NOW + timedelta(hours=3)):
        resumed = Import(demo.load(settings, tickets=120), settings)
    assert 0 < resumed.reconciliation.resumed_after < 120
    undisturbed = fresh_settings()
    with clock.at(NOW):
        whole = Import(demo.load(undisturbed, tickets=120), undisturbed)
    query = "select event_id, kind, occurred_at from event where ticket_id is not null order by event_id"
    assert resumed.rows(query) == whole.rows(query)
    assert_laws_hold(settings)


def test_weekdays_and_days_have_their_rhythm(cases: list[Case]) -> None:
    opened = [datetime.fromtimestamp(case.arrival.epoch, UTC) for case in cases]
    by_weekday = Counter(instant.weekday() for instant in opened)
    assert by_weekday[0] > 2 * by_weekday[5] > 2 * by_weekday[6]
    by_hour = Counter(instant.hour for instant in opened)
    assert min(by_hour[hour] for hour in range(9, 16)) > 2 * by_hour[3]


def test_the_backlog_grew_after_the_launch_and_came_back(cases: list[Case]) -> None:
    year = chapter(NOW)

    def unsolved(epoch: float) -> int:
        return sum(is_unsolved(case, epoch) for case in cases)

    week = 7 * 86400
    quiet, worst, after = unsolved(year.launch - week), unsolved(year.recovery), unsolved(year.normal + week)
    assert worst > 1.3 * quiet
    assert after < 1.25 * quiet


def is_unsolved(case: Case, epoch: float) -> bool:
    """Whether a case asks something of somebody at that moment."""
    if case.arrival.epoch > epoch:
        return False
    states = [
        detail[0]
        for when, _, what, detail in sorted(case.steps, key=lambda s: s[0])
        if what == "state" and when <= epoch
    ]
    return not states or states[-1] in ("new", "open", "pending", "on hold")


def test_nobody_takes_a_ticket_outside_their_shift(cases: list[Case]) -> None:
    workers = year_of_work().floor.workers
    taken = [
        (epoch, hand)
        for case in cases
        for epoch, hand, what, detail in case.steps
        if what == "owner" and detail[0] is not None
    ]
    assert all(workers[hand].span_at(epoch) for epoch, hand in taken)


def test_half_of_the_answers_come_within_a_few_hours(cases: list[Case]) -> None:
    waits = sorted(
        answered - case.arrival.epoch
        for case in cases
        if (answered := next((s[0] for s in case.steps if s[1] >= 0 and s[2] == "say" and s[3] != "note"), None))
    )
    assert 0.3 * 3600 < waits[len(waits) // 2] < 5 * 3600
    assert waits[len(waits) * 9 // 10] > 8 * waits[len(waits) // 2]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("topic", BY_NAME)
def test_every_topic_can_be_told_in_every_language(language: str, topic: str) -> None:
    speaker = Speaker(BY_NAME[topic], language, "Cleo", random.Random(1))
    said = [speaker.subject(), speaker.first(), *map(speaker.customer_says, ("answer", "still", "thanks", "more"))]
    said += [speaker.agent_says(what, "Ana") for what in ("ask", "fix", "move", "hold", "chat_agent")]
    said += [speaker.machine_says("ack"), speaker.machine_says("remind"), speaker.note()]
    assert all(said)
    assert not any("{" in text or "}" in text for text in said)


def test_states_are_those_of_every_new_company() -> None:
    assert {"new", "open", "pending", "on hold", "solved", "closed", "merged", "spam"} <= set(STATES)


@pytest.mark.parametrize(("year", "day"), [(2024, "03-31"), (2025, "04-20"), (2026, "04-05"), (2027, "03-28")])
def test_easter(year: int, day: str) -> None:
    assert f"{easter(year):%m-%d}" == day


def test_thanksgiving_is_a_thursday_and_the_day_after_is_off_too() -> None:
    november = sorted(day for day in holidays("US", 2026) if day.month == 11)
    assert [day.day for day in november] == [11, 26, 27]
