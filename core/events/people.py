"""People, their organisations and their tokens."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from core.events.event import Event


class OrganisationDefined(Event):
    """An organisation was set up or changed."""

    kind: ClassVar[str] = "organisation.defined"

    organisation_id: UUID
    name: str
    tier: str | None = None
    region: str | None = None
    is_shared: bool = False
    """Its people see each other's tickets."""


class PersonDefined(Event):
    """A person was added, changed or deactivated. The name and the address stay in the erasable row."""

    kind: ClassVar[str] = "person.defined"

    person_id: UUID
    role: str
    organisation_id: UUID | None = None
    timezone: str = "UTC"
    locale: str = "en"
    is_active: bool = True


class TokenIssued(Event):
    """Somebody got an API token: its public prefix and scopes, never the secret."""

    kind: ClassVar[str] = "token.issued"

    token_id: UUID
    person_id: UUID
    prefix: str
    scopes: list[str]
    expires_at: datetime | None = None
    """Null in events from before this was told."""


class TokenRevoked(Event):
    """An API token stopped being valid."""

    kind: ClassVar[str] = "token.revoked"

    token_id: UUID
