"""How custom fields are set up. Their values change with `ticket.field_changed`."""

from typing import Any, ClassVar

from core.events.event import Event


class FieldDefined(Event):
    """A custom field was set up, changed or retired; `version` counts up and the newest one holds.

    `definition` is the whole of it, as `PUT /api/v1/fields/{key}` takes it: configuration, nobody's words.
    """

    kind: ClassVar[str] = "field.defined"

    field: str
    version: int
    label: str
    type: str
    is_active: bool = True
    definition: dict[str, Any] = {}
