"""What happens between an empty database and the sign-in page."""

from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from app.db import Database
from app.migrations import upgrade
from app.operations import Setting
from app.platform.steps import long_step, say, step
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
    database = Database(settings.database_url, most_connections=2)
    try:
        state = _decided(database, "wanted" if settings.demo else "none")
        if state == "wanted":
            _load(settings)
            _remember(database, "loaded")
        return state != "none"
    finally:
        database.close()


def welcome(settings: Settings, address: str) -> None:
    """The address, and on the first start how to sign in. The password is made at the last moment and shown once."""
    from app.identity import first_admin

    database = Database(settings.database_url, most_connections=1)
    try:
        with database.transaction() as session:
            made = first_admin(session)
    finally:
        database.close()
    say(f"\nClearqueue is up: {address}")
    if made:
        say(f"Sign in as {made.email} with the password {made.password}")
        say("It is shown only this once; change it under your name, or make a new one with `clearqueue password`.")
    say("Ctrl-C stops everything.")


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
