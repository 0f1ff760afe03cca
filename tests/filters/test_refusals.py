"""What a filter refuses, and where it says that the trouble is."""

import pytest
from sqlalchemy.orm import Session

from app.filters.names import tree_of
from search.filter_text import NotUnderstood
from search.structure import DEEPEST, MOST_PARTS
from tests.world import World


@pytest.mark.parametrize(
    ("text", "position", "words"),
    [
        ("is:open colour:red", 8, "There is no filter 'colour'"),
        ("state:opne", 0, "There is no state 'opne'"),
        ("is:open  created>soon", 9, "'created>soon' cannot be read; write a day"),
        ("-is:odd", 0, "say open, unsolved"),
        ("queue:Payroll", 0, "name one of your queues"),
        ("priority:12", 0, "1 to 4"),
        ("category:new,odd", 0, "There is no category 'odd'"),
        ('tag:vip ""', 8, "hold nothing"),
        ("assignee:zorro", 0, "Nobody that you know is called 'zorro'"),
        ("x " * (MOST_PARTS + 1), 2 * MOST_PARTS, "at most 30 parts"),
        ("is:open or colour:red", 11, "There is no filter 'colour'"),
        ("is:open or", 8, "behind this"),
        ("or is:open", 0, "before this 'or'"),
        ("is:open and or tag:a", 8, "behind this"),
        ("is:open (tag:a or) tag:b", 15, "behind this"),
        ("is:open not", 8, "behind this"),
        ("tag:a (is:open", 6, "never closed"),
        ("tag:a )", 6, "never opened"),
        ("tag:a ()", 6, "hold nothing"),
        ("(" * 1_000, DEEPEST, "at most 8 deep"),
        ("(" * (DEEPEST + 1) + "tag:a" + ")" * (DEEPEST + 1), DEEPEST, "at most 8 deep"),
        pytest.param("not " * 250, 996, "behind this", id="not not not"),
        ("tag:" + ",".join("a" * 51), 0, "At most 50 values"),
        ("y" * 1_001, 1_000, "at most 1000 characters"),
    ],
)
def test_what_cannot_be_read_is_refused_in_its_place(world: World, text: str, position: int, words: str) -> None:
    with pytest.raises(NotUnderstood) as refusal:
        tree_of(world.session, world.actor("dov"), text)
    assert refusal.value.details["position"] == position
    assert words in refusal.value.sentence


def test_customers_cannot_ask_by_tags_and_fields(world: World) -> None:
    for text in ("tag:vip", "-tag:vip", "custom.area:north"):
        with pytest.raises(NotUnderstood, match="for colleagues"):
            tree_of(world.session, world.actor("cleo"), text)


def test_a_queue_out_of_sight_is_not_there(world: World, session: Session) -> None:
    tree_of(session, world.actor("dov"), "queue:technical")
    with pytest.raises(NotUnderstood, match="one of your queues"):
        tree_of(session, world.actor("ana"), "queue:technical")
