"""What the API tells of flow."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self
from uuid import UUID

import polars as pl
from pydantic import BaseModel, Field

from analytics.flow import Balance, Efficiency, Process

MOST_EDGES = 1_000
MOST_WAYS = 100
"""The long tail of ways that one ticket took is nobody's to read; `other_tickets` counts it."""


class Activity(BaseModel):
    """A state, category, queue or person: its id for programs, its name for people."""

    id: str
    name: str


class TransitionAnswer(BaseModel):
    """How often `target` directly followed `source`."""

    source: Activity
    target: Activity
    count: int
    tickets: int
    median_seconds: float = Field(description="How long the visit to `source` lasted then.")
    total_seconds: int


class VariantAnswer(BaseModel):
    """One way through, and how many tickets took it."""

    path: list[Activity]
    tickets: int
    share: float
    median_seconds: float | None = Field(description="From the first to the last stop so far; null: it is the same.")


class StopAnswer(BaseModel):
    """One activity: visits, how long they take (Kaplan-Meier, running ones included), and who came back."""

    activity: Activity
    visits: int
    running: int
    median_seconds: float | None = Field(description="Null: not within `longest_seconds`.")
    p90_seconds: float | None
    longest_seconds: float
    total_seconds: int
    tickets: int
    tickets_again: int = Field(description="There more than once.")
    returns: int
    first: int = Field(description="Tickets that began here.")
    last: int = Field(description="Tickets that are here, or ended here.")


class PingPongAnswer(BaseModel):
    """There and straight back."""

    source: Activity
    target: Activity
    count: int
    tickets: int


class FlowAnswer(BaseModel):
    """How the tickets created in a time went on: the costliest transitions, the most common ways, the stops."""

    tickets: int
    transitions: list[TransitionAnswer]
    variants: list[VariantAnswer]
    other_tickets: int = Field(description="Tickets whose way is none of `variants`.")
    stops: list[StopAnswer]
    ping_pong: list[PingPongAnswer]

    @classmethod
    def of(cls, found: Process) -> Self:
        """What is told of a process."""
        names = found.names
        ways = found.variants.head(MOST_WAYS)
        stops = found.sojourn.join(found.rework.drop("seconds_again"), on="activity")
        stops = stops.join(found.ends, on="activity", how="left")
        stops = stops.with_columns(pl.col("first", "last").fill_null(0))  # neither, if tickets only pass by
        return cls(
            tickets=found.tickets,
            transitions=[TransitionAnswer(**_named(row, names)) for row in _rows(found.transitions.head(MOST_EDGES))],
            variants=[VariantAnswer(**_named(row, names)) for row in _rows(ways.drop("example_id", "steps"))],
            other_tickets=found.tickets - int(ways["tickets"].sum()),
            stops=[StopAnswer(**_named(row, names)) for row in _rows(stops)],
            ping_pong=[PingPongAnswer(**_named(row, names)) for row in _rows(found.ping_pong.head(MOST_EDGES))],
        )


class BalanceAnswer(BaseModel):
    """Little's law, L = λ·W, as a check of the books, and flow efficiency."""

    mean_stock: float = Field(description="L: the backlog, weighted by time.")
    predicted_stock: float = Field(description="λ·W: departures by time, times their mean time in the house.")
    mean_time_seconds: float | None
    arrivals: int
    departures: int
    opening: int
    closing: int
    residual: float
    residual_share: float | None = Field(description="Above 5 % over 90 days: not steady, or events are missing.")
    boundary: float = Field(description="The part of the residual that what came before and stays after accounts for.")
    unexplained: float = Field(description="The rest: 0, or events are missing.")
    efficiency: float | None = Field(description="Of the solved: NEW and OPEN time by all unsolved time.")
    efficiency_median: float | None = Field(description="Of single tickets.")
    efficiency_tickets: int

    @classmethod
    def of(cls, books: Balance, turn: Efficiency) -> Self:
        """What is told of both."""
        return cls(
            mean_stock=books.mean_stock,
            predicted_stock=books.predicted_stock,
            mean_time_seconds=books.mean_time,
            arrivals=books.arrivals,
            departures=books.departures,
            opening=books.opening,
            closing=books.closing,
            residual=books.residual,
            residual_share=books.share,
            boundary=books.boundary,
            unexplained=books.unexplained,
            efficiency=turn.share,
            efficiency_median=turn.median_share,
            efficiency_tickets=turn.tickets,
        )


class StackItem(BaseModel):
    """How many tickets stand in each category at the end of a period."""

    period: datetime
    NEW: int
    OPEN: int
    PENDING: int
    HOLD: int
    SOLVED: int
    CLOSED: int


class StackAnswer(BaseModel):
    """The cumulative flow diagram."""

    rows: list[StackItem]


class AgeingItem(BaseModel):
    """An unsolved ticket: how old, for how long in its state, how unusual that is."""

    ticket_id: UUID
    number: int
    title: str | None = Field(None, description="Null: the ticket has just left what you may see.")
    created_at: datetime
    in_state_since: datetime
    age_seconds: int
    state_seconds: int
    slower_than: float | None = Field(
        description="Share of visits to that state, ended in the 90 days before, that were shorter; null: none ended."
    )
    category: str
    state_id: UUID | None
    state: str
    queue_id: UUID | None
    queue: str
    agent_id: UUID | None
    agent: str
    priority_id: int
    priority: str


class AgeingAnswer(BaseModel):
    """Work in progress, the most unusual first."""

    total: int
    items: list[AgeingItem]


def _rows(frame: pl.DataFrame) -> list[dict[str, Any]]:
    return frame.to_dicts()


def _named(row: dict[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Activities with their names."""
    for key in {"source", "target", "activity"} & row.keys():
        row[key] = Activity(id=row[key], name=names[row[key]])
    if "path" in row:
        row["path"] = [Activity(id=stop, name=names[stop]) for stop in row["path"]]
    return row
