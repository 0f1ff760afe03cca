"""`verify` finds nothing on a healthy platform, and finds each kind of damage."""

from contextlib import closing

import psycopg
import pytest

from analytics.lake import MISSING, open_writer
from app.platform.verification import laws, show
from core.settings import Settings
from etl.laws import law as law_module
from etl.verify import DEPTHS, HOURS, LIVES

pytestmark = pytest.mark.xdist_group("laws")

LEDGER_DAMAGE = {
    "positions are dense": "delete from event where position = 7",
    "the hash chain holds": """update event set payload = payload || '{"priority": 1}' where position = 9""",
    "no event is there twice": "update event set event_id = (select event_id from event limit 1) where position = 12",
    "tickets count their events": "update event set ticket_version = 5 where position = 40",
    "nothing waits for its position": """
        insert into event_pending (
            event_id, kind, schema_version, occurred_at, recorded_at, actor_kind, actor_role, source, payload
        )
        select event_id, kind, 1, occurred_at, now() - interval '1 hour', actor_kind, actor_role, source, payload
        from event
        where position = 1
    """,
    "nothing is set aside": "insert into event_set_aside values ('lake', 3, null, 'unreadable', now())",
    "rows are the fold of their events": "update ticket set priority = 4 where number = 1003",
    "messages have their words": "delete from message where id = (select id from message limit 1)",
    "what tickets name is there": "update ticket set queue_id = gen_random_uuid() where number = 1002",
    "links are as told": """
        insert into ticket_link (from_id, to_id, kind, created_at)
        select min(id::text)::uuid, max(id::text)::uuid, 'relates', now() from ticket
    """,
    "time is as told": """
        insert into time_entry select gen_random_uuid(), id, id, 5, true, null, null, '', now(), now()
        from ticket limit 1
    """,
    "mentions are as told": """
        insert into mention select gen_random_uuid(), gen_random_uuid(), id, null, now(), null from ticket limit 1
    """,
    "replies wait as told": """
        insert into scheduled_reply
        select gen_random_uuid(), id, gen_random_uuid(), 'Hi.', '{}', null, null, false, true, now(), now(), null,
               '', ''
        from ticket where number = 1001
    """,
    "clocks are as told": """
        insert into sla_clock (clock_id, ticket_id, target, metric, cycle, state, policy_id, policy_version, basis,
                               target_seconds, started_at, counted_at, elapsed_calendar_us, is_born_breached, warned,
                               escalated, is_due_by_hand)
        select gen_random_uuid(), id, 'first_reply', 'first_reply', 1, 'running', id, 1, 'calendar', 60, now(), now(),
               0, false, 0, 0, false
        from ticket limit 1
    """,
    "queues' hours are as told": "update queue_hours set calendar_id = gen_random_uuid()",
    "ratings are as told": "insert into rating select id, id, 5, '', now() from ticket limit 1",
    "calendars are as told": "update calendar_version set effective_from = now()",
    "the lake has today's names": "update queue set name = 'Invoices' where name = 'Billing'",
    "the index knows every ticket": "update ticket set version = version + 1 where number = 1001",
}

OFTEN_EMPTY = {
    "nothing waits for its position",
    "nothing is set aside",
    "the ledger agrees with its anchors",
    "files have their contents",
    "links are as told",
    "messages are shown as told",
    "mentions are as told",
    "time is as told",
    "replies wait as told",
    "clocks are as told",
    "ratings are as told",
    "lake.sla_segment is its rebuild",
    "lake.sla_clock is its rebuild",
    "lake.sla_breach is its rebuild",
    "lake.sla_risk is its rebuild",
    "lake.survey is its rebuild",
    "lake.time_entry is its rebuild",
}

LAKE_DAMAGE = {
    "the lake holds the ledger": "delete from event where position = 30",
    "lake.ticket is its rebuild": "update ticket set first_reply_seconds = 1 where number = 1001",
    "lake.ticket_interval is its rebuild": "update ticket_interval set priority = 9 where n = 2",
    "lake.message is its rebuild": "insert into message from message limit 1",
    "the lake's calendars are laid out": "update calendar_breakpoint set is_open = not is_open where version = 1",
    "the lake's house is as told": "update person_version set role = 'bot' where role = 'agent'",
    "lake.turn is its rebuild": "update turn set wait_seconds = 1 where wait_seconds is not null",
    "lake.sla_segment is its rebuild": "insert into sla_segment (ticket_id) select ticket_id from ticket limit 1",
    "lake.survey is its rebuild": "insert into survey (ticket_id) select ticket_id from ticket limit 1",
    "lake.time_entry is its rebuild": "insert into time_entry (ticket_id) select ticket_id from ticket limit 1",
    "lake.ownership_spell is its rebuild": "insert into ownership_spell from ownership_spell limit 1",
    "lake.agent_activity is its rebuild": "insert into agent_activity from agent_activity limit 1",
    "lake.process_edge is its rebuild": "insert into process_edge from process_edge limit 1",
    "lake.solve is its rebuild": "update solve set touch_count = 9",
    "lake.unsolved_span is its rebuild": "update unsolved_span set hours = 0",
    "lake.visit is its rebuild": "update visit set solve_count = 9",
    "lake.pause is its rebuild": "insert into pause (ticket_id) select ticket_id from ticket limit 1",
    "lake.sla_clock is its rebuild": "insert into sla_clock (ticket_id) select ticket_id from ticket limit 1",
    "lake.sla_breach is its rebuild": "insert into sla_breach (ticket_id) select ticket_id from ticket limit 1",
    "lake.sla_risk is its rebuild": "insert into sla_risk (ticket_id) select ticket_id from ticket limit 1",
    "lake.queue_delta is its rebuild": "delete from queue_delta where delta = -1",
    HOURS: "update ticket_interval set since = since + interval 2 hours where n = 1",
    LIVES: "delete from ticket_interval where n = 2",
    DEPTHS: "delete from queue_delta where delta = -1",
}


def holds(law: str, settings: Settings) -> bool:
    """Whether one law holds."""
    (checked,) = laws(settings, only=[law])
    return checked.holds


def test_all_laws_hold_on_a_healthy_platform(lived_in: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    checked = list(laws(lived_in))
    assert show(checked), capsys.readouterr().out
    assert {law.name for law in checked if law.checked == 0} <= OFTEN_EMPTY


@pytest.mark.parametrize("law", LEDGER_DAMAGE)
def test_damage_in_postgres_is_found(law: str, copy: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(law_module, "LOOK_EVERY_SECONDS", 0)
    with psycopg.connect(copy.database_url) as connection:
        connection.execute(LEDGER_DAMAGE[law])
    assert not holds(law, copy)


@pytest.mark.parametrize("law", LAKE_DAMAGE)
def test_damage_in_the_lake_is_found(law: str, copy: Settings) -> None:
    with closing(open_writer(copy)) as lake, lake.cursor() as cursor:
        cursor.execute(LAKE_DAMAGE[law])
    assert not holds(law, copy)


def test_some_tickets_at_a_time_are_in_the_end_all(lived_in: Settings) -> None:
    each_turn = [next(laws(lived_in, only=[LIVES], one_in=3, turn=turn)).checked for turn in range(3)]
    assert sum(each_turn) == next(laws(lived_in, only=[LIVES])).checked
    assert max(each_turn) < sum(each_turn)


def test_a_lake_that_is_not_there_is_said_to_be_so(settings: Settings) -> None:
    (law,) = laws(settings, only=["the lake holds the ledger"])
    assert law.examples == (MISSING,)
