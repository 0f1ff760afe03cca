"""Which tickets an alert looks at: names become ids when it is set up, and names again when it is shown."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from analytics import catalogue
from analytics.measure_answer import Readable, reading
from analytics.measure_dimensions import DIMENSIONS, NONE, dimension
from analytics.measure_names import known_values, resolve, values_of
from core.actor import Scope

Ids = dict[str, list[str | int | None]]
"""{dimension: [id, value, or None for no value]}: JSON."""


def ids_of(column: str, where: Mapping[str, Sequence[str]], lake: Readable, scope: Scope) -> Ids:
    """Names as ids. Raises `Invalid` for a name that nobody in this scope knows, or a split that there is not."""
    metric, _ = catalogue.statistic(column)
    with reading(lake) as cursor:
        return {
            name: [
                str(value) if isinstance(value, UUID) else value
                for value in resolve(
                    dimension(name, metric.splits, metric.name), values_of(values), cursor, scope.of_tickets
                )
            ]
            for name, values in where.items()
        }


def names_of(where: Mapping[str, Sequence[Any]], lake: Readable, scope: Scope) -> list[str]:
    """`queue:Billing`, as people write filters; an id that has no name for this reader stays an id."""
    found = []
    with reading(lake) as cursor:
        for name, values in where.items():
            labels = {str(value): label for value, label in known_values(DIMENSIONS[name], cursor, scope.of_tickets)}
            labels |= {str(value): label for value, label in DIMENSIONS[name].labels}
            found += [f"{name}:{NONE if value is None else labels.get(str(value), value)}" for value in values]
    return found
