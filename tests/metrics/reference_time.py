"""What booked time must answer, in plain and slow Python."""

from collections.abc import Sequence
from datetime import datetime

from tests.lake.reference import Row, Tables


def rows(lake: Tables, now: datetime) -> list[Row]:
    """Entries as they stand at an instant."""
    return [
        row | {"dated": row["worked_at"], "agent_id": row["person_id"]}
        for row in lake.time_entry
        if row["since"] <= now < row["until"] and row["worked_at"] <= now
    ]


def statistics(found: Sequence[Row]) -> Row:
    minutes = sum(row["minutes"] for row in found)
    billable = sum(row["minutes"] for row in found if row["is_billable"])
    return {
        "time_tracked": minutes / 60, "time_tracked_billable": billable / 60,
        "time_tracked_billable_share": billable / minutes if minutes else None, "time_tracked_entries": len(found),
    }  # fmt: skip
