"""History under other policies, beside the record."""

from contextlib import closing
from pathlib import Path

import pytest

from app.db import Database
from app.sla.what_if import told, what_if
from core import clock
from core.errors import Invalid
from core.settings import Settings
from etl.connection import connect
from etl.sequencer import lock, move_visible
from tests.sla.desk import kept, promise, set_policy
from tests.world import World, at

DRAFT = """
[[policies]]
name = "Stricter"
targets = [{ metric = "first_reply", basis = "calendar", seconds = { normal = 3600 } }]
"""


def test_a_draft_says_which_breaches_it_would_have_gained_and_changes_nothing(
    database_url: str, tmp_path: Path
) -> None:
    settings = Settings(data_dir=tmp_path, database_url=database_url, secret_key="k" * 32)
    draft = tmp_path / "draft.toml"
    draft.write_text(DRAFT)
    with closing(Database(database_url)) as database:
        with database.transaction() as session:
            world = World(session)
            set_policy(world, promise("first_reply", 4))
            soon = world.ticket(opened="mon 9:00", replied="mon 9:30")
            later, never = world.ticket(opened="mon 9:00", replied="mon 11:00"), world.ticket(opened="mon 9:00")
        with closing(connect(database_url, "test")) as connection, connection.transaction():
            lock(connection)
            move_visible(connection, 10_000)
        with clock.at(at("tue 9:00")):
            found = what_if(settings, draft, at("mon 0:00"), at("tue 0:00"))
        assert (found.before.due["first_reply"], found.before.met["first_reply"]) == (3, 2)
        assert (found.after.due["first_reply"], found.after.met["first_reply"]) == (3, 1)
        assert (found.gained["first_reply"], found.lost.total(), found.named) == (1, 0, [later.number])
        assert "first_reply" in "\n".join(told(found))
        with database.reading() as session:
            world.session = session
            assert [kept(world, one)[0].target_seconds for one in (soon, later, never)] == [4 * 3600] * 3


def test_a_draft_that_cannot_be_is_refused_with_a_sentence(database_url: str, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, database_url=database_url, secret_key="k" * 32)
    for text in ("nonsense", "", "[[policies]]\nname = 'x'\ntargets = []"):
        (tmp_path / "draft.toml").write_text(text)
        with pytest.raises(Invalid):
            what_if(settings, tmp_path / "draft.toml", at("mon 0:00"), at("tue 0:00"))
