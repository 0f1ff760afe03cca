"""What the API tells of metrics and their numbers."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from analytics import catalogue
from analytics.fiscal import FiscalGrain
from analytics.measure_answer import Answer
from analytics.measure_dimensions import CURRENT
from analytics.measure_restated import Series
from analytics.metric import Attribution, Basis, Metric
from analytics.zones import Grain

Value = str | int | float | None


class NumberAnswer(BaseModel):
    """One number that a metric has: its name in rows, its unit."""

    name: str = Field(examples=["first_reply_time_p90"])
    title: str
    unit: str = Field(examples=["seconds"])


class MetricAnswer(BaseModel):
    """A metric and what it means."""

    name: str = Field(examples=["first_reply_time"])
    family: str
    title: str
    question: str
    definition: str
    dated: str = Field(description="By which instant a number belongs to a period.")
    population: str
    edges: str = Field(description="What reopening, merging, deleting and reassigning do to it.")
    aggregation: str = Field(description="additive, semi-additive (slices add up, periods do not) or distribution.")
    dimensions: dict[str, str] = Field(description="By what it can be split, and which value that is.")
    unit: str
    good: str = Field(description="Which way is good: up, down or neither.")
    bases: list[Basis] = Field(description="In which time its durations can be counted.")
    attributions: list[Attribution] = Field(description="Whose work it can be said to be, the usual one first.")
    minimum_n: int = Field(description="With fewer, look at the single rows rather than at the number.")
    numbers: list[NumberAnswer]
    default_numbers: list[str] = Field(description="What its bare name answers with.")
    drill: str = Field(description="What it opens to.")
    pitfall: str

    @classmethod
    def of(cls, metric: Metric) -> Self:
        """What is told of a metric."""
        return cls(
            name=metric.name,
            family=metric.family,
            title=metric.title,
            question=metric.question,
            definition=metric.definition,
            dated=metric.dated,
            population=metric.population,
            edges=metric.edges,
            aggregation=metric.aggregation,
            dimensions={
                **{name: metric.dimension_notes.get(name, "value at the event") for name in metric.dimensions},
                **{name: "today" if name.endswith(CURRENT) else "value at the event" for name in metric.derived},
            },
            unit=metric.unit,
            good=metric.good,
            bases=list(metric.bases),
            attributions=list(metric.attributions),
            minimum_n=metric.min_n,
            numbers=[number_of(column) for column in metric.columns],
            default_numbers=list(metric.default_columns),
            drill=metric.drill,
            pitfall=metric.pitfall,
        )


class AnalysisAnswer(BaseModel):
    """A question that is asked in its own way, at `path`."""

    model_config = ConfigDict(from_attributes=True)

    name: str = Field(examples=["time_to_resolve"])
    title: str
    question: str
    definition: str
    path: str


class CatalogueAnswer(BaseModel):
    """Every metric, and what is asked in its own way."""

    items: list[MetricAnswer]
    analyses: list[AnalysisAnswer]


class DefinitionAnswer(BaseModel):
    """What a number of an answer means."""

    metric: str
    title: str
    definition: str
    population: str
    dated: str = Field(description="By which instant a number belongs to a period.")

    @classmethod
    def of(cls, metric: Metric) -> Self:
        """The definition beside the number."""
        return cls(
            metric=metric.name,
            title=metric.title,
            definition=metric.definition,
            population=metric.population,
            dated=metric.dated,
        )


class AnswerAbout(BaseModel):
    """What the numbers rest on."""

    numbers: list[NumberAnswer]
    definitions: list[DefinitionAnswer]
    grain: Grain | FiscalGrain | None
    timezone: str
    basis: Basis = Field(description="`business`: durations are in hours of work, not of the clock on the wall.")
    attribution: Attribution | None = Field(description="Whose work it is said to be; null: as each metric says.")
    as_of: datetime = Field(description="What was true then.")
    as_known_at: datetime | None = Field(description="What was known then; null: all that is known now.")
    series: Series = Field(description="As recorded, or restated.")
    position: int = Field(description="The newest event that the numbers know of.")
    snapshot: int | None = Field(description="The lake's snapshot: the same question to it has the same answer.")
    rows_read: int = Field(description="How many rows of the lake the numbers are made of.")
    seconds: float = Field(description="How long the answer took.")
    cached: bool = Field(description="The same question was answered before, from the same snapshot.")
    not_told: list[str] = Field(description="What rests on too few rows to be told, in words.")

    @classmethod
    def of(cls, answer: Answer, grain: Grain | FiscalGrain | None) -> Self:
        """What is told of an answer beside its rows."""
        metrics = dict.fromkeys(catalogue.COLUMNS[column][0].name for column in answer.columns)
        return cls(
            numbers=[number_of(column) for column in answer.columns],
            definitions=[DefinitionAnswer.of(catalogue.METRICS[name]) for name in metrics],
            grain=grain,
            timezone=answer.timezone,
            basis=answer.basis,
            attribution=answer.attribution,
            as_of=answer.as_of,
            as_known_at=answer.as_known_at,
            series="restated" if answer.is_restated else "recorded",
            position=answer.position,
            snapshot=answer.snapshot,
            rows_read=answer.rows_read,
            seconds=round(answer.seconds, 4),
            cached=answer.is_cached,
            not_told=list(answer.not_told),
        )


class NumbersAnswer(AnswerAbout):
    """Numbers, one row for each period and slice.

    A row has `period` (its start) if a grain was asked for, `queue_id` and `queue` for a split by queue and so on,
    and each number by its name. A number without any row behind it is 0 for counts and null for durations.
    With `compare` each number has `…_before` and `…_change` beside it.
    A row that rests on few has `small`: by metric `hidden` (fewer than 5: percentiles are not told), `dots` (fewer
    than 20: show the single rows) or `unranked` (fewer than 30: stands in no ranking).
    """

    rows: list[dict[str, Value | dict[str, str]]]


class BehindItem(BaseModel):
    """A row behind a number. Which of the times there are depends on the metric."""

    ticket_id: UUID
    number: int
    title: str | None = Field(None, description="Null: the ticket has just left what you may see.")
    occurred_at: datetime | None = None
    started_at: datetime | None = None
    stopped_at: datetime | None = None
    seconds: int | None = None
    delta: int | None = Field(None, description="+1: the ticket came into the slice, -1: it left.")
    before_category: str | None = None
    queue_id: UUID | None = None
    queue: str | None = None
    state_id: UUID | None = None
    state: str | None = None
    category: str | None = None
    priority_id: int | None = None
    priority: str | None = None
    agent_id: UUID | None = None
    agent: str | None = None
    organisation_id: UUID | None = None
    organisation: str | None = None
    channel: str | None = None
    target_id: str | None = None
    target: str | None = Field(None, description="Of a clock: what was promised.")
    policy_id: UUID | None = None
    policy: str | None = None
    calendar_id: UUID | None = None
    calendar: str | None = None
    is_met: bool | None = Field(None, description="Of a clock: whether it was fulfilled by its due time.")
    is_covered: bool | None = None
    is_due_by_hand: bool | None = Field(None, description="Of a clock: somebody set when it is due.")
    is_born_breached: bool | None = Field(None, description="Of a clock: it was due before its policy was applied.")
    contested: int | None = Field(None, description="Of a pause: the seconds in which the customer waited for us.")


class BehindAnswer(BaseModel):
    """The rows behind a number, newest first, and how many there are in all."""

    total: int
    items: list[BehindItem]


def number_of(column: str) -> NumberAnswer:
    """What is told of one number."""
    _, statistic = catalogue.statistic(column)
    return NumberAnswer(name=column, title=statistic.title, unit=statistic.unit)
