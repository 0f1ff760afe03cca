"""Whoever asked rates the solution: once there is one, as often as they like, and nobody else."""

from collections.abc import Sequence

import pytest
from pydantic import ValidationError

from app.ratings.rate import RatingWish, rate
from app.ratings.row import Rating
from app.tickets.refusals import NotSolvedYet
from app.tickets.ticket import Ticket
from app.web.rating_card import questions_of
from core.errors import NotAllowed, NotFound
from core.ledger import history
from core.settings import Settings
from tests.world import World


@pytest.fixture
def ticket(world: World) -> Ticket:
    return world.ticket(opened="mon 9:00", replied="mon 9:20", solved="mon 10:00")


def say(world: World, ticket: Ticket, score: int, comment: str = "", who: str = "cleo") -> Rating:
    wish = RatingWish(score=score, comment=comment)
    return rate(world.session, world.actor(who), ticket.id, wish)[1]


def told(world: World, ticket: Ticket) -> Sequence[tuple[int, int | None]]:
    events = history(world.session, ticket.id)
    return [(one.payload["score"], one.payload["before"]) for one in events if one.kind == "csat.rated"]


def test_a_rating_can_be_changed_and_the_newest_holds(world: World, ticket: Ticket) -> None:
    say(world, ticket, 2, "It took so long.")
    assert (say(world, ticket, 5).score, say(world, ticket, 5).comment) == (5, "")
    assert told(world, ticket) == [(2, None), (5, 2)]


def test_words_stay_out_of_the_ledger(world: World, ticket: Ticket) -> None:
    assert say(world, ticket, 4, "Thank you, Ana!").comment == "Thank you, Ana!"
    assert "Ana" not in str(history(world.session, ticket.id)[-1].payload)


def test_only_whoever_asked_rates(world: World, ticket: Ticket) -> None:
    with pytest.raises(NotAllowed, match="whoever asked"):
        say(world, ticket, 5, who="ana")
    with pytest.raises(NotFound):
        say(world, ticket, 5, who="bo")


def test_what_is_not_solved_is_not_rated(world: World) -> None:
    with pytest.raises(NotSolvedYet):
        say(world, world.ticket(), 5)


def test_more_may_be_said_beside_it_and_nothing_said_stays(world: World, ticket: Ticket) -> None:
    for effort, recommendation in ((3, 10), (6, None), (6, 0)):
        wish = RatingWish(score=4, effort=effort, recommendation=recommendation)
        row = rate(world.session, world.actor("cleo"), ticket.id, wish)[1]
    assert (row.score, row.effort, row.recommendation) == (4, 6, 0)
    answers = [one for one in history(world.session, ticket.id) if one.kind.endswith(".rated")]
    assert [(one.kind, one.payload["score"], one.payload["before"]) for one in answers] == [
        ("csat.rated", 4, None), ("ces.rated", 3, None), ("nps.rated", 10, None), ("ces.rated", 6, 3),
        ("nps.rated", 0, 10),
    ]  # fmt: skip


@pytest.mark.parametrize(("field", "value"), [("effort", 0), ("effort", 8), ("recommendation", -1), ("score", 6)])
def test_an_answer_off_its_scale_is_refused(field: str, value: int) -> None:
    with pytest.raises(ValidationError):
        RatingWish.model_validate({"score": 5, field: value})


def test_the_page_asks_what_the_house_wants_to_know() -> None:
    def asked(questions: str) -> list[str]:
        return [one[0] for one in questions_of(Settings(database_url="postgresql:///", survey_questions=questions))]

    assert [asked(one) for one in ("csat", "csat,nps", "csat,ces,nps")] == [
        [], ["recommendation"], ["effort", "recommendation"],
    ]  # fmt: skip
    with pytest.raises(ValidationError):
        asked("ces")
