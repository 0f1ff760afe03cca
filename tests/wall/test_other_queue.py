"""The matrix once more, for a ticket of another queue, customer and organisation: whoever is at home changes places."""

from collections.abc import Iterator

import pytest

from app.tickets.commands import Note, Open
from app.tickets.ticket import Message
from core import clock
from tests.api.matrix import ACTORS, SIGNS, Place, Stage
from tests.api.test_matrix import ROUTES as TABLE

ROUTES = [route for route, expected in TABLE.items() if {"here", "hidden"} <= expected.keys()]
AWAY = ("requester", "colleague", "agent", "watcher", "light")
"""Who sees the usual ticket and has nothing to do with this one."""
AT_HOME = {"foreigner": "agent", "stranger": "requester"}
"""Who stands to this ticket as whom to the usual one."""


class Elsewhere(Stage):
    """Tickets of Eve, who belongs to no organisation, in Technical, where Bo works."""

    def place(self, where: str) -> Place:
        if where != "other":
            return super().place(where)
        with self.database.transaction() as session:
            world, now = self.world, clock.now()
            world.session = session
            eve, admin = (world.actor(self.people[name]) for name in ("stranger", "admin"))
            opening = Open(title="Router down", body="Dead.", queue_id=world.technical)
            ticket, other = world.do(eve, opening, at=now), world.do(eve, opening, at=now)
            world.do(admin, Note(body="Hm."), ticket, at=now)
            message_id = session.query(Message.id).where(Message.ticket_id == ticket.id, Message.is_first).scalar()  # type: ignore[arg-type]
            session.expunge_all()
        return Place(ticket, message_id, other.id, other.number)


@pytest.fixture(scope="module")
def stage(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Elsewhere]:
    made = Elsewhere(module_database_url, tmp_path_factory.mktemp("data"))
    yield made
    made.close()


def expected(route: str, where: str, actor: str) -> str:
    signs: dict[str, str] = dict(zip(ACTORS, TABLE[route][where].split(), strict=True))
    return signs[actor]


@pytest.mark.parametrize("route", ROUTES)
def test_who_has_nothing_to_do_with_it_gets_what_they_get_of_a_hidden_one(stage: Elsewhere, route: str) -> None:
    place = stage.place("other")
    asked = {actor: stage.answer(actor, route, place).status_code for actor in AWAY}
    told = {actor: SIGNS.get(status, "y") for actor, status in asked.items()}
    assert told == {actor: expected(route, "hidden", actor) for actor in AWAY}


@pytest.mark.parametrize("route", [route for route in ROUTES if route.startswith("GET ")])
def test_who_is_at_home_there_reads_it_as_others_read_theirs(stage: Elsewhere, route: str) -> None:
    place = stage.place("other")
    told = {actor: SIGNS.get(stage.answer(actor, route, place).status_code, "y") for actor in AT_HOME}
    assert told == {actor: expected(route, "here", usual) for actor, usual in AT_HOME.items()}
