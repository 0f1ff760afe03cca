"""A draft: policies and calendars as they might be, in all time, beside those of record."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tomllib import TOMLDecodeError, load
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy.orm import Session

from app.calendars.reading import Edition
from app.calendars.shape import Shape as CalendarShape
from app.calendars.shape import calendar_from
from app.sla.policy import Shape
from app.sla.reading import BEGINNING, policy_of
from app.sla.rules import Policy, Rules
from app.sla.setup import MOST_POLICIES, draft
from core.actor import Actor
from core.errors import Conflict, Invalid, NotFound
from core.ids import id_from


class DraftCalendar(BaseModel):
    """A calendar of ours with other hours or holidays."""

    model_config = ConfigDict(extra="forbid")

    calendar_id: UUID
    definition: CalendarShape


class Draft(BaseModel):
    """What is asked about."""

    model_config = ConfigDict(extra="forbid")

    policies: Annotated[list[Shape], Field(max_length=MOST_POLICIES)] = Field(
        default=[], description="In order; they stand in for all policies that there were. Empty: those of record."
    )
    calendars: Annotated[list[DraftCalendar], Field(max_length=50)] = Field(
        default=[], description="Each stands in for all versions of that calendar."
    )

    @classmethod
    def of_files(cls, paths: Sequence[Path]) -> Self:
        """From TOML: `[[policies]]` as `POST /api/v1/sla/policies` takes them, `[[calendars]]` with an id and hours."""
        said: dict[str, list[object]] = {"policies": [], "calendars": []}
        for path in paths:
            try:
                with path.open("rb") as file:
                    given = load(file)
                cls.model_validate(given)
            except (TOMLDecodeError, ValidationError) as error:
                raise Invalid(f"{path.name} cannot be read as a draft: {error}") from error
            for part in said:
                said[part] += given.get(part, [])
        found = cls.model_validate(said)
        found.demand_something()
        return found

    def demand_something(self) -> None:
        """A draft that changes nothing asks nothing."""
        if not self.policies and not self.calendars:
            raise Conflict("A draft has [[policies]], [[calendars]] or both.")


def drafted_rules(session: Session, actor: Actor, record: Rules, given: Draft) -> Rules:
    """The rules of a draft, in force from the beginning of time; what it does not name is as of record."""
    calendars = dict(record.calendars)
    for one in given.calendars:
        if one.calendar_id not in calendars:
            raise NotFound(f"There is no calendar {one.calendar_id}.")
        calendars[one.calendar_id] = [_edition(calendars[one.calendar_id][-1], one)]
    policies = _policies(session, actor, given.policies) or record.policies
    return replace(record, policies=policies, calendars=calendars)


def _edition(newest: Edition, given: DraftCalendar) -> Edition:
    calendar = calendar_from(given.definition)
    return replace(newest, effective_from=BEGINNING, known_from=BEGINNING, is_restatement=False, calendar=calendar)


def _policies(session: Session, actor: Actor, shapes: Sequence[Shape]) -> dict[UUID, tuple[Policy, ...]]:
    policies: dict[UUID, tuple[Policy, ...]] = {}
    for place, shape in enumerate(shapes, start=1):
        row = draft(session, actor, shape, new_policy_id=id_from("sla.draft", str(place), shape.name))
        row.sort, row.effective_from = place, BEGINNING
        policies[row.policy_id] = (policy_of(row),)
    return policies
