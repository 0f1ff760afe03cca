"""History under other policies and calendars, beside the record."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from app.db import Database
from app.sla.drafts import Draft
from app.sla.what_if_command import replay_files, told
from app.sla.what_if_job import (
    answer,
    ask_what_if,
    cancel_what_if,
    delete_what_if,
    differing_tickets,
    what_if_of,
)
from app.sla.what_if_row import WhatIf, WhatIfTicket
from app.tickets.ticket import Ticket
from core import clock
from core.errors import Conflict, Invalid
from core.settings import Settings
from etl.connection import connect
from tests.sla.desk import kept, promise, set_policy
from tests.world import World, at

STRICTER = {"policies": [{"name": "Stricter", "targets": [promise("first_reply", 1)]}]}
DRAFT = """
[[policies]]
name = "Stricter"
targets = [{ metric = "first_reply", basis = "calendar", seconds = { normal = 3600 } }]
"""


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, database_url=database_url, secret_key="k" * 32)


@pytest.fixture
def world(settings: Settings) -> Iterator[World]:
    """Three tickets of a Monday under four hours: answered soon, answered late, never answered."""
    with closing(Database(settings.database_url)) as database, database.transaction() as session:
        world = World(session)
        set_policy(world, promise("first_reply", 4))
        world.ticket(opened="mon 9:00", replied="mon 9:30")
        world.ticket(opened="mon 9:00", replied="mon 11:00")
        world.ticket(opened="mon 9:00")
        session.commit()
        yield world


def asked(world: World, draft: dict[str, Any]) -> WhatIf:
    with clock.at(at("tue 9:00")):
        question = Draft.model_validate(draft)
        row = ask_what_if(
            world.session, world.actor("dov"), question, name="Stricter", since=at("mon 0:00"), until=at("tue 0:00")
        )
    world.session.commit()
    return row


def answered(settings: Settings, world: World, row: WhatIf, *, processes: int = 0) -> WhatIf:
    with closing(connect(settings.database_url, "test")) as connection:
        answer(settings, connection, row.id, processes=processes)
    world.session.expire_all()
    return what_if_of(world.session, row.id)


def test_a_draft_says_which_breaches_it_would_have_gained_and_changes_nothing(
    world: World, settings: Settings, tmp_path: Path
) -> None:
    draft = tmp_path / "draft.toml"
    draft.write_text(DRAFT)
    with clock.at(at("tue 9:00")):
        found, named = replay_files(settings, [draft], at("mon 0:00"), at("tue 0:00"))
    assert (found.before.due["first_reply"], found.before.met["first_reply"]) == (3, 2)
    assert (found.after.due["first_reply"], found.after.met["first_reply"]) == (3, 1)
    assert (found.gained["first_reply"], found.lost.total(), len(named)) == (1, 0, 1)
    assert "first_reply" in "\n".join(told(found, named))
    tickets = world.session.query(Ticket).all()
    assert [kept(world, one)[0].target_seconds for one in tickets] == [4 * 3600] * 3


def test_the_worker_answers_a_question_and_names_the_tickets_with_both_due_times(
    world: World, settings: Settings
) -> None:
    row = answered(settings, world, asked(world, STRICTER), processes=1)
    assert (row.failure, row.done, row.answer["differing"]) == ("", 3, 1)
    assert (row.answer["before"]["hours"], row.answer["after"]["hours"]) == ({"13": 3}, {"10": 3})
    ((_, _, ticket),) = differing_tickets(world.session, world.actor("dov"), row.id, limit=9)
    (one,) = ticket.clocks
    assert (one["is_gained"], one["due_before"][11:16], one["due_after"][11:16]) == (True, "13:00", "10:00")
    delete_what_if(world.session, row.id)
    world.session.commit()
    assert world.session.query(WhatIfTicket).count() == 0


def test_a_question_that_is_cancelled_stops_and_says_so(world: World, settings: Settings) -> None:
    row = asked(world, STRICTER)
    cancel_what_if(world.session, row.id)
    world.session.commit()
    row = answered(settings, world, row)
    assert (row.is_cancelled, row.finished_at is not None) == (True, True)


def test_a_draft_that_promises_the_same_differs_nowhere(world: World, settings: Settings) -> None:
    row = answered(
        settings, world, asked(world, {"policies": [{"name": "Same", "targets": [promise("first_reply", 4)]}]})
    )
    assert row.answer["differing"] == 0
    assert row.answer["before"] == row.answer["after"]


def test_a_draft_that_cannot_be_is_refused_with_a_sentence(settings: Settings, tmp_path: Path) -> None:
    for text in ("nonsense", "", "[[policies]]\nname = 'x'\ntargets = []"):
        (tmp_path / "draft.toml").write_text(text)
        with pytest.raises((Invalid, Conflict)):
            replay_files(settings, [tmp_path / "draft.toml"], at("mon 0:00"), at("tue 0:00"))
