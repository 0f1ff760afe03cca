"""Names and ids: what people write in a filter becomes values of the lake, and ids in an answer become names.

Someone with a wall learns no name from here that stands on no ticket behind it: a name out of sight is refused in the
same words as one that does not exist.
"""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any
from uuid import UUID

import duckdb
import polars as pl

from analytics.measure_dimensions import NONE, Dimension
from analytics.measure_known import Known, names_of
from core.actor import Scope
from core.errors import Invalid
from core.events import Category
from core.relation import Relation

Value = str | UUID | int | None
Where = Mapping[str, Value | Iterable[Value]]
"""What to filter by: names or ids, None or "(none)" for no value; several values of a dimension mean any of them."""


def values_of(asked: Value | Iterable[Value]) -> list[Value]:
    """One value or several, as a list without repetitions."""
    if isinstance(asked, Iterable) and not isinstance(asked, str):
        return list(dict.fromkeys(asked))
    return [asked]


def resolve(of: Dimension, asked: list[Value], cursor: duckdb.DuckDBPyConnection, scope: Scope) -> list[Any]:
    """The values of the lake for what was asked: ids as UUID, None for no value. Refuses unknown names."""
    found: list[Any] = []
    for value in asked:
        if value is None or value == NONE:
            found.append(None)
        elif (known := _without_looking(of, value)) is not None:
            found.append(known)
        else:
            found += _by_name(of, str(value), cursor, scope)
    return list(dict.fromkeys(found))


def _without_looking(of: Dimension, value: Value) -> Any:
    """The value, where no look into the lake is needed: ids, categories, priorities."""
    if of.kind == "uuid":
        return value if isinstance(value, UUID) else _as_uuid(str(value))
    if of.name == "category":
        return _one_of(of, str(value), {category.value: category.value for category in Category})
    if of.name == "priority":
        return int(_one_of(of, str(value), {**{name: n for n, name in of.labels}, **{n: n for n, _ in of.labels}}))
    return None


def _as_uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _by_name(of: Dimension, name: str, cursor: duckdb.DuckDBPyConnection, scope: Scope) -> list[Any]:
    """All values that go by this name (two organisations may share one)."""
    known = known_values(of, cursor, scope)
    found = [value for value, label in known if label.casefold() == name.casefold()]
    if not found and (known or of.directory):
        _one_of(of, name, {label: label for _, label in known})
    return found or [name]


def _one_of(of: Dimension, name: str, known: Mapping[str, str]) -> str:
    for label, value in known.items():
        if label.casefold() == name.casefold():
            return value
    near = get_close_matches(name, known, n=3) or sorted(known)[:20]
    hint = f"known: {', '.join(near)}" if near else "none is known"
    raise Invalid(f"There is no {of.title.lower()} {name!r}; {hint}.", dimension=of.name, value=name, known=near)


def known_values(of: Dimension, cursor: duckdb.DuckDBPyConnection, scope: Scope) -> list[tuple[Any, str]]:
    """Values of a dimension that the asker may know of, with the names by which people know them.

    Inside the house everybody knows colleagues, states and organisations, and the queues of the tickets that they see.
    """
    if of.directory is None:
        return _values_without_names(of, cursor, scope)
    named = "select id, name from lake.main.directory where kind = $kind and name is not null"
    if scope.everything or (scope.internal and of.directory != "queue"):
        return cursor.execute(named, {"kind": of.directory}).fetchall()
    if of.through is not None:  # a team is named by those whose queue it is; others have its id from an answer
        own = {"kind": of.directory, "own": list(scope.queue_ids)}
        return cursor.execute(f"{named} and list_contains($own::uuid[], id)", own).fetchall()
    own = {"kind": of.directory, "own": list(_lines(scope).get(of.name, ()))}
    return cursor.execute(
        f"{named} and (id in ({_seen(of)}) or list_contains($own::uuid[], id))", {**_asker(scope), **own}
    ).fetchall()


def _values_without_names(of: Dimension, cursor: duckdb.DuckDBPyConnection, scope: Scope) -> list[tuple[Any, str]]:
    """The values that occur on tickets which the asker may see."""
    labels = dict(of.labels)
    if of.through is not None:  # words of the house's own, not of any ticket
        words = f"select distinct {of.through.value} from lake.main.{of.through.table}"
        known = cursor.execute(words).fetchall() if scope.everything or scope.internal else []
        return [(value, value) for (value,) in sorted(known, key=str) if value is not None]
    everything = f"select distinct {of.column} from lake.main.{of.table}"
    found = cursor.execute(everything) if scope.everything else cursor.execute(_seen(of), _asker(scope))
    values = sorted({value for (value,) in found.fetchall() if value is not None})
    return [(value, labels.get(value, value)) for value in values]


def _lines(scope: Scope) -> dict[str, frozenset[UUID]]:
    return {"queue": scope.queue_ids, "requester": scope.requester_ids, "organisation": scope.organisation_ids}


def _seen(of: Dimension) -> str:
    """The query for a dimension's values on the tickets that an asker may see."""
    covered = " or ".join(
        [
            *(f"list_contains($scope_{side}::uuid[], {side}_id)" for side in ("queue", "requester", "organisation")),
            *(f"(list_contains($scope_{relation}::uuid[], queue_id) and {_stands(relation)})" for relation in Relation),
        ]
    )
    return f"""
        select {of.column} from lake.main.{of.table}
        where ticket_id in (select ticket_id from lake.main.ticket where {covered})
    """


def _asker(scope: Scope) -> dict[str, Any]:
    """What `_seen` binds."""
    related: dict[str, frozenset[UUID]] = dict.fromkeys(Relation, frozenset()) | dict(scope.related)
    sides = [*_lines(scope).items(), *related.items()]
    return {**{f"scope_{side}": list(ids) for side, ids in sides}, "scope_person": scope.person_id}


def _stands(relation: Relation) -> str:
    if relation.is_of_many:
        return f"list_contains({relation.column}, $scope_person::uuid)"
    return f"{relation.column} = $scope_person::uuid"


def labelled(
    frame: pl.DataFrame, by: Iterable[Dimension], known: Known, cursor: duckdb.DuckDBPyConnection
) -> pl.DataFrame:
    """The frame with, for each dimension, the column `queue_id` for programs and `queue` for people."""
    for of in by:
        if of.has_id:
            ids = set(frame[of.column].drop_nulls().unique()) if of.directory else set()
            names = names_of(known, of.directory, ids, cursor) if of.directory else dict(of.labels)
            column = f"{of.name}_id"
            frame = frame.rename({of.column: column}) if of.column != column else frame
            texts = pl.col(column).cast(pl.String)
            label = texts.replace_strict(names, default=texts) if names else texts
            frame = frame.with_columns(label.fill_null(NONE).alias(of.name))
        else:
            frame = frame.with_columns(pl.col(of.column).fill_null(NONE).alias(of.name))
    return frame


def label_columns(by: Iterable[Dimension]) -> list[str]:
    """The columns that `labelled` leaves for these dimensions."""
    return [name for of in by for name in ([f"{of.name}_id", of.name] if of.has_id else [of.name])]
