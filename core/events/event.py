"""The base of all events, and the list of their kinds."""

from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict

KINDS: dict[str, type["Event"]] = {}
"""Every event class by its kind."""


class Event(BaseModel):
    """The base of all events. Subclasses set `kind`; fields are the payload."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    kind: ClassVar[str]
    schema_version: ClassVar[int] = 1
    is_derived: ClassVar[bool] = False
    """It follows from other events and time alone (service levels): it happens to a ticket, but nobody touched it."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if not hasattr(cls, "kind"):
            return  # what several kinds share
        if cls.kind in KINDS:
            raise TypeError(f"two events call themselves {cls.kind!r}")
        KINDS[cls.kind] = cls

    def payload(self) -> dict[str, Any]:
        """The JSON form that the ledger keeps: strings, integers, booleans, lists and nulls only."""
        return self.model_dump(mode="json")

    @classmethod
    def from_payload(cls, payload: dict[str, Any]) -> Self:
        """Read what the ledger kept."""
        return cls.model_validate(payload)
