"""Maps: those that come along can be read, and mistakes are told by line and key."""

import pytest

from app.imports.mapfile import load_map, read_map, shipped_names
from core.errors import Invalid
from tests.imports.logs import MAP


def test_every_map_that_comes_along_can_be_read() -> None:
    assert shipped_names() == ["example", "servicenow", "volvo"]
    assert all(load_map(name).state.values for name in shipped_names())


def test_an_unknown_map_is_answered_with_those_there_are() -> None:
    with pytest.raises(Invalid, match="one of example, servicenow, volvo"):
        load_map("remedy")


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ('category = "NEW"', 'category = "FRESH"', r"line 17, state.values.New.category: Input should be 'NEW'"),
        ("Europe/Berlin", "Mars/Olympus", "line 9, time.zone: no time zone is called 'Mars/Olympus'"),
        ('system = "small"', 'system = "Small System"', "line 3, system: String should match"),
        ('column = "team"', 'colum = "team"', "line 23, queue.colum: Extra inputs are not permitted"),
        ('body = ["words"]', 'author = "agent"', "line 30, message.0: needs `when` or `body`"),
        ('id = "case"', "id = case", "is not TOML"),
        ('"open", category = "OPEN"', '"new", category = "OPEN"', "state 'new' has two categories"),
    ],
)
def test_a_mistake_is_told_by_line_and_key(right: str, wrong: str, told: str) -> None:
    with pytest.raises(Invalid, match=told):
        read_map(MAP.replace(right, wrong), "small.toml")
