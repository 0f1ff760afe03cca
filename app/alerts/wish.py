"""An alert as it shall be: what API and pages fill in."""

from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from analytics.alerting.condition import Condition
from analytics.alerting.watched import Cut
from app.numbers.asking import MANY, Filter
from app.rest.fields import SPOKEN, Spoken

TimeOfDay = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", examples=["22:00"])]


class AlertWish(BaseModel):
    """An alert as it shall be."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=100, json_schema_extra=SPOKEN), Spoken]
    metric: str = Field(
        max_length=100, description="One number of the catalogue.", examples=["queue_depth", "first_reply_time_p90"]
    )
    where: list[Filter] = Field(
        [], max_length=MANY, description="Which tickets: `queue:Billing`.", examples=[["queue:Billing"]]
    )
    grain: Cut = Field("hour", description="How finely time is cut, in your zone.")
    condition: Condition
    quiet_from: TimeOfDay | None = Field(None, description="From then on no mail, in your zone.")
    quiet_until: TimeOfDay | None = Field(None, description="Until then.", examples=["07:00"])
    is_on: bool = True

    @model_validator(mode="after")
    def _has_both_ends(self) -> Self:
        if (self.quiet_from is None) != (self.quiet_until is None):
            raise ValueError("Quiet hours have a beginning and an end.")
        return self

    def kept(self, where: dict[str, Any]) -> dict[str, Any]:
        """The columns of a row."""
        return {**self.model_dump(mode="json", exclude={"where"}), "where": where}
