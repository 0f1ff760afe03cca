"""The ways between states that a queue allows, as a page shows them: in words, and as a table from each to each."""

from dataclasses import dataclass
from uuid import UUID

from app.queues.house import House, State
from app.queues.transitions import Transition
from app.tickets.ways import way_between
from core.events import Category

USUAL: tuple[tuple[tuple[Category, ...], Category], ...] = (
    ((), Category.OPEN),
    ((Category.NEW, Category.OPEN, Category.HOLD), Category.PENDING),
    ((Category.NEW, Category.OPEN, Category.PENDING), Category.HOLD),
    ((Category.NEW, Category.OPEN, Category.PENDING, Category.HOLD), Category.SOLVED),
    ((Category.SOLVED,), Category.CLOSED),
    ((), Category.SPAM),
    ((), Category.DELETED),
)
"""What most houses mean: work goes on, is solved, then closed; none closes what is not solved."""


@dataclass(frozen=True, slots=True)
class Cell:
    """From one state to another. `way`: the number of the rule that allows it; 0: none does."""

    way: int
    asks: bool = False
    is_same: bool = False


def usual_ways() -> list[Transition]:
    """Rules to begin with."""
    pairs = [(start, end) for starts, end in USUAL for start in starts or (None,)]
    return [Transition(from_category=start, to_category=end) for start, end in pairs]


def table(house: House, ways: tuple[Transition, ...]) -> tuple[list[State], list[tuple[State, list[Cell]]]]:
    """The states in use, and for each the ways to every other."""
    states = [one for one in house.states.values() if one.is_active and one.category != Category.MERGED]
    return states, [(start, [_cell(ways, start, end) for end in states]) for start in states]


def ends(house: House) -> list[tuple[str, str]]:
    """What a way can begin at and lead to."""
    categories = [(f"category:{one.value}", f"any that is {one.value.lower()}") for one in Category]
    return [*categories, *((f"state:{one.id}", one.name) for one in house.states.values() if one.is_active)]


def end(name: str, chosen: str) -> dict[str, str]:
    """A chosen end as a rule names it."""
    kind, _, value = chosen.partition(":")
    return {f"{name}_{'state_id' if kind == 'state' else 'category'}": value} if value else {}


def chosen(state_id: UUID | None, category: Category | None) -> str:
    """An end of a rule as the form names it."""
    if state_id:
        return f"state:{state_id}"
    return f"category:{category.value}" if category else ""


def told(house: House, way: Transition) -> dict[str, str]:
    """A rule in words."""
    labels = {"agent": "assignee", **{key: one.label for key, one in house.fields.items()}}
    return {
        "from": _words(house, way.from_state_id, way.from_category),
        "to": _words(house, way.to_state_id, way.to_category),
        "right": (way.right or "").replace("_", " "),
        "fields": ", ".join(labels.get(one, one) for one in way.required_fields),
        "confirmation": way.confirmation or "",
    }


def _cell(ways: tuple[Transition, ...], start: State, end_: State) -> Cell:
    if start.id == end_.id:
        return Cell(0, is_same=True)
    way = way_between(ways, start, end_)
    if way is None:
        return Cell(0)
    return Cell(ways.index(way) + 1, asks=bool(way.right or way.required_fields or way.confirmation))


def _words(house: House, state_id: UUID | None, category: Category | None) -> str:
    if state_id:
        return house.states[state_id].name
    return f"any that is {category.value.lower()}" if category else "any"
