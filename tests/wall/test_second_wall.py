"""PostgreSQL itself shows a web request no more than its asker may see (app/wall.py, decision 0050)."""

import tempfile
from pathlib import Path

import pytest
import sqlalchemy as sa
from psycopg.errors import InsufficientPrivilege, UniqueViolation
from sqlalchemy.exc import DBAPIError

from app import policy
from app.db import driver_of
from app.tickets.ticket import Message, Ticket
from app.wall import lift
from core.actor import Scope
from tests.wall.conftest import Walled

EVERYTHING = "select id from ticket"
WORDS = "select id from message"


def test_without_any_predicate_everybody_sees_what_policy_says(house: Walled) -> None:
    with house.database.reading() as session:
        tickets = session.execute(sa.select(Ticket)).scalars().all()
    for person in house.people:
        scope = house.actor(person).scope
        assert house.shown(person, EVERYTHING) == {one.id for one in tickets if scope.covers(one)}, person.name


def test_and_of_messages_those_that_they_may_read(house: Walled) -> None:
    with house.database.reading() as session:
        rows = session.execute(sa.select(Message, Ticket).join(Ticket, Message.ticket_id == Ticket.id)).all()  # type: ignore[arg-type]
    for person in house.people:
        scope = house.actor(person).scope
        readable = {
            message.id
            for message, ticket in rows
            if scope.covers(ticket) and scope.reads(message.visibility, message.author_id, ticket)
        }
        assert house.shown(person, WORDS) == readable, person.name


@pytest.mark.parametrize("table", ["ticket", "message", "attachment", "file_text", "draft", "scheduled_reply"])
def test_who_does_not_say_who_asks_sees_nothing(house: Walled, table: str) -> None:
    assert house.shown(None, f"select count(*) from {table}") == {0}


def test_a_setting_does_not_outlive_its_transaction_on_a_pooled_connection(house: Walled) -> None:
    backend = "select pg_backend_pid()"
    assert house.shown(house.ada, backend) == house.shown(None, backend)  # one connection serves all of this
    for person in (house.ada, house.world.ana, house.wes):
        assert house.shown(person, EVERYTHING)
        assert house.shown(None, EVERYTHING) == set()
    assert house.shown(None, "select count(*) from ticket_document") == {0}


def test_an_undone_transaction_leaves_no_setting_behind(house: Walled) -> None:
    with pytest.raises(DBAPIError), house.asked_by(house.ada) as session:
        session.execute(sa.text("select 1 / 0 from ticket"))
    assert house.shown(None, EVERYTHING) == set()


def test_with_the_first_wall_torn_down_the_api_still_shows_nothing_foreign(
    house: Walled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy, "scope_filter", lambda scope, row=Ticket: sa.true())
    monkeypatch.setattr(policy, "message_filter", lambda scope, ticket: sa.true())
    monkeypatch.setattr(Scope, "covers", lambda scope, ticket: True)
    foreign = f"/api/v1/tickets/{house.theirs.id}"
    listed = house.cleo.get("/api/v1/tickets").json()["items"]
    assert {one["id"] for one in listed} == {str(house.mine.id)}
    for path in (foreign, f"{foreign}/messages", f"{foreign}/events", f"{foreign}/access"):
        assert house.ana.get(path).status_code == 404, path
    assert house.ana.post(f"{foreign}/note", json={"body": "Ha."}).status_code == 404
    said = {one["body"] for one in house.cleo.get(f"/api/v1/tickets/{house.mine.id}/messages").json()["items"]}
    assert not said & {"Inside.", "Secret."}


def test_the_settings_travel_with_begin(house: Walled) -> None:
    with tempfile.NamedTemporaryFile() as trace, house.asked_by(house.world.ana) as session:
        driver = driver_of(session)
        driver.rollback()
        driver.pgconn.trace(trace.fileno())
        driver.execute("select 1")
        driver.pgconn.untrace()
        sent = [line for line in Path(trace.name).read_text().splitlines() if line.split("\t")[1] == "F"]
    assert "BEGIN; set local clearqueue." in sent[0]
    assert [line.split("\t")[3] for line in sent if "BEGIN" in line or "set local" in line] == ["Query"]


def test_the_role_owns_nothing_and_goes_around_nothing(house: Walled) -> None:
    with house.asked_by(house.world.ana) as session:
        assert session.execute(sa.text("select current_user")).scalar() == "clearqueue_web"
        powers = sa.text(
            "select rolsuper or rolbypassrls or rolcreaterole or rolcanlogin from pg_roles where rolname like :ours"
        )
        assert set(session.execute(powers, {"ours": "clearqueue\\_%"}).scalars()) == {False}
        owned = "select count(*) from pg_class where pg_get_userbyid(relowner) like 'clearqueue\\_%'"
        assert session.execute(sa.text(owned)).scalar() == 0


@pytest.mark.parametrize(
    "statement",
    [
        "update event set payload = '{}'",
        "delete from event",
        "update event_pending set payload = '{}'",
        "alter table ticket disable row level security",
        "drop policy in_sight on ticket",
        "truncate ticket cascade",
        "select * from ticket_touch",
    ],
)
def test_a_web_request_cannot_rewrite_the_ledger_or_take_the_wall_down(house: Walled, statement: str) -> None:
    with pytest.raises(DBAPIError) as refused, house.asked_by(house.ada) as session:
        session.execute(sa.text(statement))
    assert isinstance(refused.value.orig, InsufficientPrivilege)


def test_a_view_with_its_owners_rights_shows_nothing(house: Walled) -> None:
    """FORCE: the owner of the tables does not see around the wall from inside a web request either."""
    with house.database.transaction() as session:
        session.execute(sa.text("create view peephole as select * from ticket"))
    assert house.shown(house.world.ana, "select count(*) from peephole") == {0}
    assert house.shown(house.ada, "select count(*) from peephole") == {2}


def test_no_view_and_no_function_of_ours_goes_around_the_wall(house: Walled) -> None:
    with house.database.reading() as session:
        views = session.execute(
            sa.text("""
            select relname from pg_class
            where relnamespace = 'public'::regnamespace and relkind in ('v', 'm') and relname <> 'peephole'
              and not coalesce(reloptions::text like '%security_invoker=true%', false)
              and pg_get_viewdef(oid) ~ '\\m(ticket|message|attachment|file_text)\\M'
            """)
        ).scalars()
        functions = session.execute(
            sa.text("select proname from pg_proc where pronamespace = 'public'::regnamespace and prosecdef")
        ).scalars()
        assert (list(views), sorted(functions)) == ([], ["leads_in_sight", "note_ticket_touch"])


IDS_ONLY = {
    "event": "ids, enums and hashes; streams and histories ask policy for each ticket",
    "event_pending": "as event",
    "mention": "ids and times; each person reads their own",
    "message_place": "two ids",
    "ticket_link": "two ids",
    "timer": "an id and a time; for the worker",
    "bulk_ticket": "ids; of a bulk edit that its person sees",
    "event_set_aside": "as event",
    "sla_clock": "ids, times and numbers; shown with its ticket",
    "sla_notice": "ids and times; each person reads their own",
    "tally": "numbers of a view, counted by its scope",
    "ticket_touch": "no web request may look at it (below); a trigger writes it",
}


def test_whatever_hangs_on_a_ticket_is_behind_the_wall_or_says_why_not(house: Walled) -> None:
    with house.database.reading() as session:
        hanging = set(
            session.execute(
                sa.text("""
                select distinct relname from pg_class join pg_attribute on attrelid = pg_class.oid
                where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
                  and attname in ('ticket_id', 'message_id') and not (relrowsecurity and relforcerowsecurity)
                """)
            ).scalars()
        )
    assert hanging - IDS_ONLY.keys() == set()


def test_the_planners_statistics_are_not_readable(house: Walled) -> None:
    with house.database.transaction() as session:
        session.execute(sa.text("analyze ticket"))
    assert house.shown(house.world.ana, "select count(*) from pg_stats where tablename in ('ticket', 'message')") == {0}


def test_an_insert_that_collides_tells_no_row(house: Walled) -> None:
    copy = sa.text("insert into ticket select * from ticket")
    with pytest.raises(DBAPIError) as refused, house.asked_by(house.world.cleo) as session:
        session.execute(copy)
    assert isinstance(refused.value.orig, UniqueViolation)
    assert refused.value.orig.diag.message_detail is None  # PostgreSQL keeps the key back where there is a wall


def test_lifting_is_for_the_rest_of_one_transaction(house: Walled) -> None:
    with house.asked_by(house.world.ana) as session:
        assert set(session.execute(sa.text(EVERYTHING)).scalars()) == {house.mine.id}
        lift(session)
        assert set(session.execute(sa.text(EVERYTHING)).scalars()) == {house.mine.id, house.theirs.id}
    assert house.shown(house.world.ana, EVERYTHING) == {house.mine.id}
