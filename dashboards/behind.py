"""The tickets behind a mark of an analysis, as a word that can stand in an address: `survival!part=solved&age=3600`."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, urlencode

from analytics.drill import Drilled
from analytics.drill_pages import Pages
from analytics.inquiries import INQUIRIES
from core.actor import Actor
from core.errors import Invalid
from dashboards.asked import DIMENSIONS, Asked
from dashboards.numbers import Numbers
from dashboards.words import duration, grouped

LONGEST_WAY = 200


@dataclass(frozen=True, slots=True)
class Behind:
    """Which analysis, and which of its tickets."""

    analysis: str
    given: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return f"{self.analysis}!{urlencode(self.given)}"

    def of(self, name: str) -> str:
        """What is given by this name; nothing: empty."""
        return dict(self.given).get(name, "")


def behind(analysis: str, **given: Any) -> Behind:
    """The tickets of an analysis; what is empty is left out."""
    return Behind(analysis, tuple((name, str(value)) for name, value in given.items() if value not in ("", None)))


def read_behind(text: str) -> Behind | None:
    """What an address names, or None where it names the cell of a metric."""
    analysis, mark, rest = text.partition("!")
    return Behind(analysis, tuple(parse_qsl(rest))) if mark and analysis in OPENERS else None


def open_behind(
    of: Behind, asked: Asked, actor: Actor, numbers: Numbers, limit: int | None
) -> tuple[str, Drilled, Mapping[str, str]]:
    """A heading, the tickets, and which columns are shown by which name. The count comes first: it is the number."""
    return OPENERS[of.analysis](of, asked, actor, numbers, limit)


def _survival(
    of: Behind, asked: Asked, actor: Actor, numbers: Numbers, limit: int | None
) -> tuple[str, Drilled, Mapping[str, str]]:
    from analytics import survival

    part, by, value = of.of("part") or "all", of.of("by"), of.of("value")
    if part not in ("all", "at_risk", "solved") or (by and by not in DIMENSIONS):
        raise Invalid("This address names tickets that this page does not have.")
    age = _number(of.of("age"))
    where = {**asked.where, **({by: (value,)} if by else {})}
    given = {**asked.cohort, "where": where, "part": part, "age_seconds": age}
    found = numbers.behind(partial(_listed, survival.tickets, scope=actor.scope, limit=limit, **given))
    words = {"at_risk": f"not solved after {duration(age)}", "solved": f"solved within {duration(age)}", "all": ""}
    told = " ".join(filter(None, [_tickets(found.total), words[part]])) + (f", {value}" if by else "")
    return told, found, {"created_at": "Created", "stopped_at": "Until", "seconds": "Took", "outcome": "Now"}


def _flow(
    of: Behind, asked: Asked, actor: Actor, numbers: Numbers, limit: int | None
) -> tuple[str, Drilled, Mapping[str, str]]:
    from analytics import flow
    from dashboards.ways import ask_ways, ways_of

    path = tuple(filter(None, of.of("path").split(",")))[:LONGEST_WAY]
    pair = of.of("source"), of.of("target")
    way = flow.Way(path=path, again=of.of("again"), at=of.of("at"))
    if all(pair):
        way = replace(way, there_and_back=pair) if of.of("back") else replace(way, step=pair)
    found = numbers.behind(
        partial(_listed, flow.tickets, way, activity=ways_of(asked), scope=actor.scope, limit=limit, **asked.cohort)
    )
    names = numbers.study(ask_ways, asked, actor)[0].names
    told = f"{_tickets(found.total)} {_gone(way, names)}".strip()
    return told, found, {"created_at": "Created", "queue": "Queue then", "priority": "Priority then"}


def _gone(way: Any, names: Mapping[str, str]) -> str:
    """What they did, in words."""

    def name(activity: str) -> str:
        return names.get(activity, "somewhere else")

    if way.path:
        return f"went {' → '.join(map(name, way.path))}"
    if way.step:
        return f"went from {name(way.step[0])} straight to {name(way.step[1])}"
    if way.there_and_back:
        return f"went from {name(way.there_and_back[0])} to {name(way.there_and_back[1])} and straight back"
    return f"came back to {name(way.again)}" if way.again else f"were in {name(way.at)}" if way.at else ""


def _listed(list_them: Callable[..., Drilled], *args: Any, **given: Any) -> Drilled:
    *first, lake = args
    return list_them(*first, **given, lake=lake)


def _tickets(n: int) -> str:
    return f"{grouped(n)} ticket" if n == 1 else f"{grouped(n)} tickets"


def _number(text: str) -> float:
    try:
        return float(text or 0)
    except ValueError:
        raise Invalid("This address names an age that cannot be read.") from None


def _inquiry(
    of: Behind, asked: Asked, actor: Actor, numbers: Numbers, limit: int | None
) -> tuple[str, Drilled, Mapping[str, str]]:
    from dashboards.inquiry import behind_inquiry

    which, rows = behind_inquiry(of, asked, actor, numbers)
    found = numbers.behind(lambda lake: rows.page(limit))
    return f"{grouped(found.total)} {rows.of[found.total != 1]}: {which}", found, rows.words


OPENERS = {"survival": _survival, "flow": _flow, **dict.fromkeys(INQUIRIES, _inquiry)}


@contextmanager
def all_behind(of: Behind, asked: Asked, actor: Actor, numbers: Numbers) -> Iterator[Pages]:
    """All of them, for a file."""
    if of.analysis in INQUIRIES:
        from dashboards.inquiry import behind_inquiry

        with numbers.in_turn(), behind_inquiry(of, asked, actor, numbers)[1].pages() as found:
            yield found
        return
    _, all_of_them, _ = open_behind(of, asked, actor, numbers, None)
    yield Pages(all_of_them.total, iter([all_of_them.frame]))
