"""The order of fields: giving one another place changes as few of the others as it can. Pure."""

from collections.abc import Sequence

from app.fields.definition import Definition

MOST_PLACE = 10_000


def moved(fields: Sequence[Definition], key: str, step: int) -> list[tuple[int, Definition]]:
    """The fields, in their order, whose place changes when one goes up (-1) or down (1), with their new places."""
    line = list(fields)
    here = next(n for n, one in enumerate(line) if one.key == key)
    there = here + step
    if not 0 <= there < len(line):
        return []
    line[here], line[there] = line[there], line[here]
    places = _rising([one.sort for one in line])
    return [(place, one) for place, one in zip(places, line, strict=True) if place != one.sort]


def _rising(wanted: Sequence[int]) -> list[int]:
    """Numbers that rise, as near to the wanted ones as they can from below; evenly spread if they run out."""
    places: list[int] = []
    for place in wanted:
        places.append(max(place, places[-1] + 1) if places else place)
    return places if places[-1] <= MOST_PLACE else [10 * (n + 1) for n in range(len(wanted))]
