"""What happens between an empty database and the sign-in page."""

from contextlib import closing
from typing import Literal

import sqlalchemy as sa
from sqlmodel import col

from app.db import Database
from app.identity import first_admin
from app.migrations import upgrade
from app.operations import Setting
from app.people.person import Person
from app.platform.catch_up import catch_up
from app.platform.steps import long_step, step
from app.tickets.ticket import Ticket
from core import clock
from core.actor import Role
from core.errors import Conflict
from core.settings import Settings

DEMO = "demo"
"""The setting that remembers what the first start decided: later starts never pour the demo over real tickets."""

State = Literal["wanted", "loaded", "none"]


def make_ready(settings: Settings) -> tuple[bool, bool]:
    """Tables of this version and, if the first start wants it, the demo company.

    Returns whether the demo company is there, and whether anybody administrates.
    """
    with step("Database tables"):
        upgrade(settings.database_url)
    with closing(Database(settings.database_url, most_connections=2)) as database:
        has_demo = _demo(settings, database)
        with database.reading() as session:
            wanted = sa.select(col(Person.id)).where(col(Person.role) == Role.ADMIN).limit(1)
            return has_demo, session.execute(wanted).first() is not None


def _demo(settings: Settings, database: Database) -> bool:
    """Load the demo company if the first start wanted it and it is not whole yet. Returns whether it is there.

    A load that was cut short is wanted still, and the import goes on where it stopped.
    """
    state = _decided(database, "wanted" if settings.demo else "none")
    if state == "wanted":
        _load(settings)
        _remember(database, "loaded")
    return state != "none"


def load_demo(settings: Settings) -> None:
    """Load the demo company because somebody asks for it now; later starts then keep it at work."""
    from app.sla.backfill import finish_backfills

    with closing(Database(settings.database_url, most_connections=2)) as database:
        with database.reading() as session:
            has_tickets = session.execute(sa.select(col(Ticket.id)).limit(1)).first() is not None
        if has_tickets and _decided(database, "none") == "none":
            raise Conflict("There are tickets here already; give the demo company a house of its own with --data.")
        _remember(database, "wanted")
        _load(settings)
        with long_step("SLA clocks", "tickets") as advance:
            finish_backfills(settings, advance)
        _remember(database, "loaded")


def first_login(settings: Settings) -> tuple[str, str] | None:
    """Address and password to sign in with, on the first start; None later. Shown once, so made at the last moment."""
    with closing(Database(settings.database_url, most_connections=1)) as database, database.transaction() as session:
        made = first_admin(session)
        return (made.email, made.password) if made else None


def _load(settings: Settings) -> None:
    """A year of tickets, and lake and index made from it at once: faster than following it event by event.

    The worker gives them their clocks (loading asks for that): people need not wait for it.
    """
    from app.imports import demo as company
    from app.imports.demo.promises import promise

    with long_step("Demo company", "tickets") as advance:
        company.load(settings, advance)
    with closing(Database(settings.database_url, most_connections=1)) as database, database.transaction() as session:
        promise(session)
    with long_step("Lake and search index", "events") as advance:
        catch_up(settings, advance)


def _decided(database: Database, first_choice: State) -> State:
    with database.transaction() as session:
        kept = session.get(Setting, DEMO)
        if kept is None:
            session.add(Setting(name=DEMO, value={"state": first_choice}, updated_at=clock.now()))
            return first_choice
        state: State = kept.value["state"]
        return state


def _remember(database: Database, state: State) -> None:
    with database.transaction() as session:
        session.merge(Setting(name=DEMO, value={"state": state}, updated_at=clock.now()))
