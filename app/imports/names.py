"""The house as a log speaks of it: queues, states, organisations and people by name, made on first mention.

Ids follow from names, so the same log gives the same ids; what the house already has under that name is used.
New rows and their configuration events wait in `pending` until the batch that mentions them is written.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from psycopg import Connection
from psycopg.types.json import Jsonb

from app.calendars.reading import written
from app.queues.house import State
from app.tickets.command import sha256
from core.actor import Actor, Role, Scope
from core.calendar import Calendar
from core.errors import Conflict
from core.events import (
    ActivityDefined,
    CalendarDefined,
    CannedReplyDefined,
    Category,
    Event,
    OrganisationDefined,
    PersonDefined,
    QueueDefined,
    RightsGranted,
    StateDefined,
)
from core.ids import id_from

NOBODY = Scope()


def one_line(name: str) -> str:
    """A name without line breaks and doubled spaces."""
    return " ".join(name.split())


@dataclass(frozen=True, slots=True)
class Known:
    """A person as the import needs to know them."""

    id: UUID
    name: str
    role: Role
    organisation_id: UUID | None
    email: str


@dataclass(slots=True)
class Pending:
    """Rows that are not written yet, by table, and the events that tell of them, each with its time."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    events: list[tuple[datetime, Event]] = field(default_factory=list)
    promoted: dict[UUID, Role] = field(default_factory=dict)

    def add(self, table: str, row: dict[str, Any], event: Event, defined_at: datetime) -> None:
        """A new row and its event."""
        self.rows.setdefault(table, []).append(row)
        self.events.append((defined_at, event))


class Names:
    """Ids for names. `system` keeps the people of one log apart from those of another."""

    def __init__(self, connection: Connection[Any], system: str) -> None:
        self.system = system
        self.pending = Pending()
        self._queues: dict[str, UUID] = dict(connection.execute("select name, id from queue").fetchall())
        self._calendars: dict[str, UUID] = dict(
            connection.execute("select name, calendar_id from calendar_version order by version").fetchall()
        )
        self._activities: dict[str, UUID] = dict(connection.execute("select name, id from activity").fetchall())
        self._canned: dict[str, UUID] = dict(
            connection.execute("select name, id from canned_reply where audience = 'global'").fetchall()
        )
        self._organisations: dict[str, UUID] = dict(connection.execute("select name, id from organisation").fetchall())
        states = connection.execute("select id, name, category, is_default, is_active from ticket_state").fetchall()
        self._states = {
            row[1].casefold(): State(row[0], row[1], Category(row[2]), is_default=row[3], is_active=row[4])
            for row in states
        }
        people = connection.execute("select id, name, role, organisation_id, email from person").fetchall()
        self._people = {row[4]: Known(row[0], row[1], Role(row[2]), row[3], row[4]) for row in people}
        rights = connection.execute("select queue_id, holder_kind, holder from queue_right").fetchall()
        self._granted: set[tuple[UUID, str, str]] = set(rights)
        self._actors: dict[UUID, Actor] = {}
        self._emails: dict[str, str] = {}
        self.hands: dict[tuple[str, bool], Actor] = {}
        """The actor behind a name, by whether the name is the requester's: a cache that promotions empty."""

    def calendar(self, name: str, calendar: Calendar, first_at: datetime) -> UUID:
        """The business calendar of this name."""
        if found := self._calendars.get(name):
            return found
        made = self._calendars[name] = id_from("calendar", name)
        row = {
            "calendar_id": made, "version": 1, "name": name, "is_active": True, "definition": Jsonb(written(calendar)),
            "effective_from": first_at, "is_restatement": False, "defined_at": first_at, "accepted_at": first_at,
        }  # fmt: skip
        told = CalendarDefined(calendar_id=made, version=1, name=name, effective_from=first_at, definition=calendar)
        self.pending.add("calendar_version", row, told, first_at)
        return made

    def queue(
        self, name: str, first_at: datetime, *, parent_id: UUID | None = None, calendar_id: UUID | None = None
    ) -> UUID:
        """The queue of this name."""
        name = one_line(name)[:200]
        if found := self._queues.get(name):
            return found
        made = self._queues[name] = id_from("queue", name)
        row = {"id": made, "name": name, "parent_id": parent_id, "is_active": True, "created_at": first_at,
               "calendar_id": calendar_id}  # fmt: skip
        told = QueueDefined(queue_id=made, name=name, parent_id=parent_id, calendar_id=calendar_id)
        self.pending.add("queue", row, told, first_at)
        self.pending.rows.setdefault("queue_hours", []).append(
            {"queue_id": made, "effective_from": first_at, "calendar_id": calendar_id, "parent_id": parent_id}
        )
        return made

    def activity(self, name: str, first_at: datetime, *, is_billable: bool = True) -> UUID:
        """The kind of work of this name."""
        if found := self._activities.get(name):
            return found
        made = self._activities[name] = id_from("activity", name)
        row = {"id": made, "name": name, "is_billable": is_billable, "is_active": True}
        self.pending.add(
            "activity", row, ActivityDefined(activity_id=made, name=name, is_billable=is_billable), first_at
        )
        return made

    def canned_reply(self, name: str, body: str, first_at: datetime) -> UUID:
        """The canned reply of this name that everybody has."""
        if found := self._canned.get(name):
            return found
        made = self._canned[name] = id_from("canned_reply", name)
        row = {"id": made, "name": name, "body": body, "audience": "global", "created_at": first_at}
        told = CannedReplyDefined(canned_reply_id=made, name=name, text_hash=sha256(body), audience="global")
        self.pending.add("canned_reply", row, told, first_at)
        return made

    def organisation(
        self,
        name: str,
        first_at: datetime,
        *,
        tier: str | None = None,
        region: str | None = None,
        is_shared: bool = False,
    ) -> UUID:
        """The organisation of this name."""
        name = one_line(name)[:200]
        if found := self._organisations.get(name):
            return found
        made = self._organisations[name] = id_from("organisation", name)
        row = {"id": made, "name": name, "tier": tier, "region": region, "is_shared": is_shared, "created_at": first_at}
        told = OrganisationDefined(organisation_id=made, name=name, tier=tier, region=region)
        self.pending.add("organisation", row, told, first_at)
        return made

    def state(self, name: str, category: Category, first_at: datetime) -> State:
        """The state of this name. Raises `Conflict` if the house has given the name another meaning."""
        if found := self._states.get(name.casefold()):
            if found.category is not category:
                raise Conflict(
                    f"The state {name} means {found.category} here, but the map says {category}: rename it in the map."
                )
            return found
        is_default = not any(state.category is category and state.is_default for state in self._states.values())
        made = State(id_from("state", name), name, category, is_default=is_default, is_active=True)
        self._states[name.casefold()] = made
        row = {
            "id": made.id, "name": name, "category": category.value, "is_default": is_default,
            "sort": list(Category).index(category) * 10, "is_active": True, "created_at": first_at,
        }  # fmt: skip
        self.pending.add("ticket_state", row, StateDefined(state_id=made.id, name=name, category=category), first_at)
        return made

    def person(
        self,
        name: str,
        role: Role,
        first_at: datetime,
        *,
        email: str | None = None,
        organisation_id: UUID | None = None,
        timezone: str = "UTC",
        locale: str = "en",
        is_certain: bool = False,
    ) -> Known:
        """The person whom a log calls `name`: an address, or a name of whatever kind within its system.

        `is_certain` says that the log leaves no doubt of the role, as when tickets are assigned to somebody.
        """
        email = email or self._emails.get(name) or self._emails.setdefault(name, self._email(name))
        found = self._people.get(email)
        if found:
            doubtful = is_certain and role.is_staff and not found.role.is_staff
            return self._promoted(found, role, first_at) if doubtful else found
        known = Known(id_from("person", email), one_line(name)[:200], role, organisation_id, email)
        self._people[email] = known
        row = {
            "id": known.id, "role": role.value, "name": known.name, "email": email, "organisation_id": organisation_id,
            "timezone": timezone, "locale": locale, "created_at": first_at,
            "must_change_password": False, "is_active": True,
        }  # fmt: skip
        told = PersonDefined(person_id=known.id, role=role.value, organisation_id=organisation_id, timezone=timezone)
        self.pending.add("person", row, told, first_at)
        return known

    def actor(self, person: Known, role: Role | None = None) -> Actor:
        """The person as the hand behind an event, in the role that they had at it."""
        role = role or person.role
        found = self._actors.get(person.id)
        if found is None or found.role is not role:
            found = self._actors[person.id] = Actor(person_id=person.id, name=person.name, role=role, scope=NOBODY)
        return found

    def grant(
        self, queue_id: UUID, holder_kind: Literal["person", "role"], holder: str, rights: list[str], since: datetime
    ) -> None:
        """Give rights in a queue that was just made; what the house says already holds."""
        key = (queue_id, holder_kind, holder)
        if key in self._granted:
            return
        self._granted.add(key)
        row = {
            "id": id_from("right", str(queue_id), holder_kind, holder), "queue_id": queue_id,
            "holder_kind": holder_kind, "holder": holder, "rights": sorted(rights),
        }  # fmt: skip
        told = RightsGranted(queue_id=queue_id, holder_kind=holder_kind, holder=holder, rights=sorted(rights))
        self.pending.add("queue_right", row, told, since)

    def _promoted(self, person: Known, role: Role, first_at: datetime) -> Known:
        """Staff after all. Only those whom an import made can be promoted: nobody can sign in as them."""
        if not person.email.endswith(".invalid"):
            return person
        known = Known(person.id, person.name, role, person.organisation_id, person.email)
        self._people[person.email] = known
        self.pending.promoted[person.id] = role
        self.hands.clear()
        told = PersonDefined(person_id=person.id, role=role.value, organisation_id=person.organisation_id)
        self.pending.events.append((first_at, told))
        return known

    def _email(self, name: str) -> str:
        """Their address, or one that can never receive anything (RFC 2606)."""
        if re.fullmatch(r"[^\s@]+@[^\s@]+", name) and len(name) <= 320:
            return name.lower()
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
        local = re.sub(r"[^a-z0-9]+", ".", plain).strip(".")[:40]
        digest = id_from("name", self.system, name).hex[:8]
        return f"{local or 'person'}.{digest}@{self.system}.invalid"
