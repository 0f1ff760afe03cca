"""What things were at the event, or are today: tiers and regions of customers, roles of agents, teams of queues.

A row tells which organisation, agent or queue it is of; the lake's tables of versions tell what that was when. Events
of before anybody told of it count as of its first version: histories are imported before and after their customers.
"""

import ibis
import ibis.expr.types as ir

from analytics.measure_bound import bound
from analytics.measure_dimensions import DIMENSIONS, Dimension, Valid
from analytics.measure_moment import INSTANT
from analytics.measure_window import EARLIEST_YEAR

VERSIONS = {
    "organisation_version": {"organisation_id": "uuid", "tier": "string", "region": "string"},
    "person_version": {"person_id": "uuid", "role": "string"},
    "queue_version": {"queue_id": "uuid", "parent_id": "uuid"},
}
_LONG_AGO = ibis.timestamp(f"{EARLIEST_YEAR}-01-01")
_KEY, _SINCE, _VALUE = "valid_key", "valid_since", "valid_value"


def with_valid(rows: ir.Table, names: tuple[str, ...]) -> ir.Table:
    """The rows with a column for each of these dimensions that is found through versions."""
    for name in names:
        of = DIMENSIONS[name]
        if of.through is not None:
            rows = _joined(rows, of, of.through)
    return rows


def _joined(rows: ir.Table, of: Dimension, through: Valid) -> ir.Table:
    version = _versions(through)
    if through.is_current:
        version = version.filter(version.until > bound("now", "timestamp"))
        version = version.select(**{_KEY: version[through.key], _VALUE: version[through.value]})
        found = rows.left_join(version, rows[through.column] == version[_KEY])
    else:
        instant = rows[INSTANT] if INSTANT in rows.columns else rows.dated
        version = _from_the_beginning(version, through)
        found = rows.asof_join(version, instant >= version[_SINCE], [rows[through.column] == version[_KEY]])
    value = ibis.coalesce(found[_VALUE], found[through.column]) if through.is_own_top else found[_VALUE]
    return found.select(*rows.columns, **{of.column: value})


def _versions(through: Valid) -> ir.Table:
    """The versions known by now (or `as_of`)."""
    kinds = {"since": "timestamp", "until": "timestamp", **VERSIONS[through.table]}
    row = ibis.table(kinds, name=through.table, catalog="lake", database="main")
    return row.filter(row.since < row.until, row.since <= bound("now", "timestamp"))


def _from_the_beginning(row: ir.Table, through: Valid) -> ir.Table:
    is_first = ibis.row_number().over(group_by=through.key, order_by="since") == 0
    return row.select(
        **{_KEY: row[through.key], _VALUE: row[through.value], _SINCE: is_first.ifelse(_LONG_AGO, row.since)}
    )
