"""Alerts by mail: when they begin and when they are over, not in quiet hours, never twice."""

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from analytics.alerting.judge import Verdict
from app.alerts.row import Alert, AlertFiring
from app.alerts.setup import define_alert
from app.alerts.telling import begin, end
from app.db import Database
from app.mail.notices import mail_notices
from core import clock
from core.settings import Settings
from tests.mail.recorder import Recorder, recorder
from tests.world import World, at

WISH = {
    "name": "Too many", "metric": "backlog", "where": {}, "grain": "hour", "is_on": True,
    "condition": {"kind": "threshold", "side": "above", "limit": 2.0, "back": None},
    "quiet_from": "22:00", "quiet_until": "07:00",
}  # fmt: skip


class Post:
    """Ana's alert, and the mail server."""

    def __init__(self, database: Database, settings: Settings, server: Recorder) -> None:
        self.database, self.server = database, server
        self.settings = settings.model_copy(update={"smtp_url": server.url, "base_url": "https://desk.example.com"})
        with database.transaction() as session:
            self.world = World(session)
            self.ana = self.world.actor("ana")
            self.alert_id = define_alert(session, self.ana, WISH).id

    def begins(self, when: str) -> UUID:
        with clock.at(at(when)), self.database.transaction() as session:
            alert = session.get_one(Alert, self.alert_id)
            return begin(session, alert, self.ana, Verdict(at(when), 3, True, high=2)).id

    def ends(self, firing_id: UUID, when: str) -> None:
        with clock.at(at(when)), self.database.transaction() as session:
            alert, firing = session.get_one(Alert, self.alert_id), session.get_one(AlertFiring, firing_id)
            end(session, alert, self.ana, firing, Verdict(at(when), 1, False, high=2))

    def mailed(self, when: str | datetime) -> list[Any]:
        """The subjects of what goes out then."""
        before = len(self.server.mails)
        with clock.at(at(when)):
            mail_notices(self.settings)
        return [mail["Subject"] for mail in self.server.mails[before:]]


@pytest.fixture
def post(settings: Settings) -> Iterator[Post]:
    with recorder() as server, closing(Database(settings.database_url, most_connections=2)) as database:
        yield Post(database, settings, server)


def test_its_owner_reads_what_was_seen_and_where_to_look(post: Post) -> None:
    firing = post.begins("mon 10:00")
    assert (post.mailed("mon 10:00"), post.mailed("mon 12:00")) == (["Alert: Too many"], [])
    post.ends(firing, "mon 12:00")
    assert post.mailed("mon 12:00") == ["Over: Too many"]
    text = post.server.mails[0].get_content()
    assert text.startswith("Backlog is 3, above 2 (the hour from 10:00 on Mon 5 Jan).")
    assert "https://desk.example.com/dashboards/overview?from=2026-01-05" in text
    assert post.server.mails[0]["To"] == "ana@example.com"


def test_what_began_and_ended_at_night_is_no_mail(post: Post) -> None:
    post.ends(post.begins("mon 23:00"), "tue 2:00")
    assert (post.mailed("tue 2:00"), post.mailed("tue 7:00")) == ([], [])


def test_what_began_at_night_and_lasts_is_told_in_the_morning(post: Post) -> None:
    firing = post.begins("mon 23:00")
    assert (post.mailed("tue 6:59"), post.mailed("tue 7:00")) == ([], ["Alert: Too many"])
    post.ends(firing, "tue 8:00")
    assert post.mailed(at("tue 8:00") + timedelta(seconds=1)) == ["Over: Too many"]
