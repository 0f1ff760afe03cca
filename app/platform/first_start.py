"""What happens between an empty database and the sign-in page."""

from contextlib import closing
from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from app.db import Database
from app.identity import FreshLogin, first_admin
from app.migrations import upgrade
from app.operations import Setting
from app.platform.steps import long_step, step
from core import clock
from core.settings import Settings

DEMO = "demo"
"""The setting that remembers what the first start decided: later starts never pour the demo over real tickets."""

State = Literal["wanted", "loaded", "none"]


def migrate(settings: Settings) -> None:
    """Bring the tables to this version."""
    with step("Database tables"):
        upgrade(settings.database_url)


def demo(settings: Settings) -> bool:
    """Load the demo company if the first start wanted it and it is not whole yet. Returns whether it is there.

    A load that was cut short is wanted still, and the import goes on where it stopped.
    """
    with closing(Database(settings.database_url, most_connections=2)) as database:
        state = _decided(database, "wanted" if settings.demo else "none")
        if state == "wanted":
            _load(settings)
            _remember(database, "loaded")
        return state != "none"


def first_login(settings: Settings) -> FreshLogin | None:
    """How to sign in, on the first start; None later. Made at the last moment, because it is shown only once."""
    with closing(Database(settings.database_url, most_connections=1)) as database, database.transaction() as session:
        return first_admin(session)


def _load(settings: Settings) -> None:
    from app.imports import demo as company

    with long_step("Demo company", "tickets") as advance:
        company.load(settings, advance)


def _decided(database: Database, first_choice: State) -> State:
    with database.transaction() as session:
        kept = session.get(Setting, DEMO)
        if kept is None:
            session.add(Setting(name=DEMO, value={"state": first_choice}, updated_at=clock.now()))
            return first_choice
        state: State = kept.value["state"]
        return state


def _remember(database: Database, state: State) -> None:
    now: datetime = clock.now()
    with database.transaction() as session:
        session.execute(
            sa.update(Setting).where(sa.column("name") == DEMO).values(value={"state": state}, updated_at=now)
        )
