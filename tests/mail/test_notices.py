"""Notices by mail: one each, to whom they are for, whatever the server or the worker does."""

import signal
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest

from app.db import Database
from app.mail.notices import TOLD_WITHIN, mail_notices
from app.people.setup import define_person
from app.sla.notice import mark_seen
from app.tickets.ticket import Ticket
from app.timers import runner
from core import clock
from core.actor import SYSTEM, Role
from core.settings import Settings
from tests.faults.processes import running
from tests.mail.recorder import Recorder, recorder
from tests.sla.desk import promise, set_policy
from tests.world import World, at

pytestmark = pytest.mark.xdist_group("killed")

NOW = at("mon 13:01")
KILLED = ("-c", "from core.settings import read; from app.mail.notices import mail_notices; mail_notices(read())")


class Post:
    """A house whose tickets of Ana's are overdue at one, and its mail server."""

    def __init__(self, database: Database, settings: Settings, server: Recorder) -> None:
        self.database, self.server = database, server
        self.settings = settings.model_copy(
            update={"smtp_url": server.url, "base_url": "https://desk.example.com", "mail_from": "desk@example.com"}
        )
        with database.transaction() as session:
            self.world = World(session)
            set_policy(self.world, promise("total_resolution", 4, levels=[{"notify": ["owner"]}]))

    def overdue(self, **more: str) -> Ticket:
        with self.database.transaction() as session:
            self.world.session = session
            ticket = self.world.ticket(assigned="mon 9:00", **more)
        with clock.at(NOW):
            runner.run_due(self.database)
        return ticket

    def mail(self, later: timedelta = timedelta()) -> int:
        with clock.at(NOW + later):
            return mail_notices(self.settings)


@pytest.fixture
def post(settings: Settings) -> Iterator[Post]:
    with recorder() as server, closing(Database(settings.database_url, most_connections=2)) as database:
        yield Post(database, settings, server)


def test_each_notice_is_one_mail_to_its_person(post: Post) -> None:
    ticket = post.overdue(title="Über\r\nBcc: eve@example.com")
    assert (post.mail(), post.mail(), post.mail(timedelta(hours=5))) == (1, 0, 0)
    (mail,) = post.server.mails
    assert (mail["To"], mail["From"], mail["Bcc"]) == ("ana@example.com", "desk@example.com", None)
    assert mail["Subject"] == f"[#{ticket.number}] Resolution is overdue: Über Bcc: eve@example.com"
    assert f"https://desk.example.com/tickets/{ticket.number}/sla#clock-" in mail.get_content()
    assert mail["Auto-Submitted"] == "auto-generated"


def test_without_a_server_none_goes_out_and_yesterdays_never_will(post: Post) -> None:
    post.overdue()
    with_server, post.settings = post.settings, post.settings.model_copy(update={"smtp_url": ""})
    assert post.mail() == 0
    post.settings = with_server
    assert post.mail(TOLD_WITHIN + timedelta(seconds=1)) == 0
    assert post.server.mails == []


def test_a_server_that_is_away_gets_it_later(post: Post) -> None:
    post.overdue()
    post.server.refusals = [b"451 not now"]
    assert (post.mail(), post.mail()) == (0, 0)
    assert (post.mail(timedelta(minutes=2)), len(post.server.mails)) == (1, 1)


def test_what_is_refused_for_good_is_not_tried_again(post: Post) -> None:
    post.overdue()
    post.overdue()
    post.server.refusals = [b"550 nobody here"]
    assert post.mail() == 1, "the next one goes out"
    assert post.mail(timedelta(hours=3)) == 0


def test_who_has_seen_it_or_is_gone_gets_no_mail(post: Post) -> None:
    post.overdue()
    with post.database.transaction() as session:
        mark_seen(session, post.world.actor("ana"), None)
    assert post.mail() == 0
    post.overdue()
    with post.database.transaction() as session:
        ana = post.world.ana
        define_person(
            session, SYSTEM, person_id=ana.id, name="Ana", email="ana@example.com", role=Role.AGENT, is_active=False
        )
    assert post.mail() == 0
    assert post.server.mails == []


def test_a_worker_killed_between_sending_and_marking_sends_a_recognisable_copy(post: Post) -> None:
    post.overdue()
    post.settings.data_dir.mkdir(exist_ok=True)
    with clock.at(NOW), post.database.transaction() as session:
        session.connection().exec_driver_sql("update sla_notice set mail_at = now(), created_at = now()")
    with running(post.settings, *KILLED, failpoint="mail.sent:1") as process:
        assert process.wait() == -signal.SIGKILL
    assert len(post.server.mails) == 1
    with post.database.transaction() as session:
        session.connection().exec_driver_sql("update sla_notice set mail_at = mail_at - interval '1 minute'")
    with running(post.settings, *KILLED) as process:
        assert process.wait() == 0
    first, again = post.server.mails
    assert first["Message-ID"] == again["Message-ID"]
