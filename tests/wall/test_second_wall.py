"""PostgreSQL itself shows a web request no more than its asker may see (app/wall.py, decision 0050)."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from psycopg.errors import InsufficientPrivilege, UniqueViolation
from sqlalchemy.exc import DBAPIError

from app import policy
from app.alerts.row import Alert
from app.db import driver_of
from app.macros.macro import CannedReply, Macro
from app.tickets.ticket import Message, Ticket
from app.views.view import SavedView
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


OPEN = {
    "activity": "names of kinds of work, for colleagues to choose from",
    "alembic_version": "which migrations ran",
    "api_token": "read before anybody is known; holds hashes of secrets",
    "calendar_version": "hours of the house",
    "clock_backfill": "how far the clocks of old tickets were told",
    "data_check": "counts, and examples by id, of what the checks found",
    "data_check_hour": "as data_check",
    "denominator": "how many customers the house has, as numbers",
    "event": "ids, enums and hashes; a compressed hypertable takes no policy (decision 0054)",
    "event_pending": "as event, for the moment before it gets there",
    "event_set_aside": "as event",
    "field_definition": "how the house set its fields up",
    "file": "hashes and sizes; what a file is called stands with its attachment",
    "file_view": "hashes; its pictures are given out with the file",
    "follower": "how far the followers are",
    "heartbeat": "signs of life",
    "holiday_source": "where holidays come from",
    "import_refusal": "for the operator at the command line",
    "import_run": "as import_refusal",
    "login_attempt": "counted before anybody is known",
    "message_place": "two ids",
    "organisation": "colleagues know all of them, and their names stand on tickets",
    "person": "colleagues know everybody (0052), and names stand on tickets; addresses are masked by the first wall",
    "proof": "counts and hashes",
    "queue": "read for everybody's rights",
    "queue_hours": "which calendar a queue had when",
    "queue_right": "read for everybody's rights",
    "setting": "of the platform",
    "sla_clock": "ids, times and numbers; shown with its ticket",
    "sla_notice": "ids and times; each person reads their own",
    "sla_policy": "promises of the house",
    "tally": "numbers of a view, counted by its scope",
    "ticket_link": "two ids",
    "ticket_state": "states of the house",
    "ticket_touch": "no web request may look at it (above); a trigger writes it",
    "timer": "an id and a time; for the worker",
    "what_if": "drafts of administrators, and sums",
    "what_if_ticket": "as what_if: ids and times",
    "web_session": "read before anybody is known; holds hashes of secrets",
}
"""Tables without a policy, each with the reason."""

EVERY_TABLE = """
select relname, relrowsecurity and relforcerowsecurity as is_walled from pg_class
where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
"""


def test_every_table_is_behind_the_wall_or_says_why_not(house: Walled) -> None:
    with house.database.reading() as session:
        tables = {row.relname: row.is_walled for row in session.execute(sa.text(EVERY_TABLE))}
    walled = {name for name, is_walled in tables.items() if is_walled}
    assert tables.keys() - walled == OPEN.keys()


NOW = datetime(2026, 1, 5, tzinfo=UTC)
ABOVE = {"kind": "threshold", "side": "above", "limit": 1.0}
OWN = {
    "alert": Alert(name="Mine", metric="backlog", grain="hour", condition=ABOVE, created_at=NOW),
    "saved_view": SavedView(
        name="Mine", query="is:open", sort="-updated", columns=[], audience="private", created_at=NOW
    ),
    "macro": Macro(name="Mine", actions={"steps": []}, audience="private", created_at=NOW),
    "canned_reply": CannedReply(name="Mine", body="Hello.", audience="private", created_at=NOW),
}


@pytest.mark.parametrize("table", OWN)
def test_without_any_predicate_what_is_private_is_its_owners(house: Walled, table: str) -> None:
    row = OWN[table]
    with house.database.transaction() as session:
        row.owner_id = house.world.ana.id
        session.add(row)
    seen = f"select id from {table}"
    assert house.shown(house.world.ana, seen) == house.shown(house.ada, seen) == {row.id}
    for person in (None, house.world.bo, house.world.cleo, house.lou):
        assert house.shown(person, seen) == set()


def test_and_what_a_team_has_is_for_those_who_read_its_queue(house: Walled) -> None:
    view = SavedView(name="Ours", query="is:open", sort="-updated", columns=[], audience="team", created_at=NOW)
    with house.database.transaction() as session:
        view.queue_id = house.world.billing
        session.add(view)
    seen = "select id from saved_view where audience = 'team'"
    shown = {person.name for person in house.people if view.id in house.shown(person, seen)}
    assert shown == {"Ana", "Dov", "Ada", "Lou"}


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


def test_a_kept_answer_is_shown_to_the_one_who_asked(house: Walled) -> None:
    wish = {"title": "Once", "body": "Only.", "queue_id": str(house.world.billing)}
    asked = [house.cleo.post("/api/v1/tickets", json=wish, headers={"Idempotency-Key": "k1"}) for _ in range(2)]
    assert asked[0].json() == asked[1].json()
    assert asked[1].headers["Idempotency-Replayed"] == "true"
    for person in (house.world.cleo, house.world.bo):
        assert house.shown(person, "select count(*) from idempotency") == {0}
