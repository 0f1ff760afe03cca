"""What people say that their work took."""

from analytics.metric import Attribution, Class, Credit, Flow, Metric, Ratio, Statistic, Unit, count
from analytics.metrics import time_rows

_COLUMNS = ("minutes", "is_billable")

time_tracked = Metric(
    name="time_tracked",
    family="hands",
    title="Time tracked",
    question="How much time do we say that we spent, and on what?",
    definition="The hours that colleagues booked on tickets, by when the work was done; of each entry what it says "
    "after its last correction, none of those that were taken away.",
    dated="event",
    source=Flow(time_rows.booked, columns=_COLUMNS),
    attribution=Attribution.ACTOR,
    credits={Attribution.OWNER: Credit(Flow(time_rows.owners, columns=_COLUMNS))},
    statistics={
        "": Statistic("Hours", Unit.HOURS, lambda row: row.minutes.sum() / 60.0, adds=True),
        "billable": Statistic("Billable hours", Unit.HOURS, lambda row: row.billable_minutes.sum() / 60.0, adds=True),
        "billable_share": Ratio("Billable", Unit.SHARE, ("billable", "")),
        "entries": count("Entries", Unit.EVENTS),
    },
    default=("time_tracked", "time_tracked_billable", "time_tracked_entries"),
    edges="Stays with the ticket it was booked on, merged or not (AA). A correction moves the hours to the day that it "
    "names; `as_of` an earlier instant they are where they were.",
    dimensions=("queue", "state", "category", "priority", "agent", "organisation", "channel", "activity"),
    dimension_notes={
        "agent": "who worked",
        "queue": "where the ticket was when the time was first booked, and so with state, category and priority",
    },
    aggregation=Class.ADDITIVE,
    unit=Unit.HOURS,
    good="neither",
    drill="The entries, with their minutes.",
    pitfall="Who books nothing has worked, too: what is missing is not missing at random.",
)
