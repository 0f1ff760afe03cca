"""What a map may say: how the columns of somebody's event log become tickets and their events.

A map is a TOML file. A column is named as in the header; `name#2` is the second column of that name, and a
question mark at the end (`comments?`) marks a column that a file may lack. `docs/import.md` explains every key.
"""

from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from core.events import UNSOLVED, Category

Column = Annotated[str, Field(min_length=1)]


def _known_zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"no time zone is called {name!r}; use an IANA name such as Europe/Berlin")
    return name


class Part(BaseModel):
    """The base of a map's tables: unknown keys are mistakes."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class FileForm(Part):
    """How the file is written; what is unset is found out from the file."""

    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    encoding: str | None = None
    quote: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    empty: frozenset[str] = frozenset({"", "?", "NULL", "null", "None", "N/A"})
    """Values that mean "nothing there", compared after trimming white space."""


class Case(Part):
    """Which case a row belongs to, and what to call it."""

    id: Column
    title: list[Column] = []
    """Columns whose values, joined, make the subject. Without any (or all empty) the case id is the subject."""


class Times(Part):
    """When things happened. Times without an offset of their own are local to `zone`."""

    updated: Column
    formats: list[str] = ["iso"]
    """`iso`, `epoch`, `epoch_ms` or strptime patterns; the first that fits is taken."""
    zone: Annotated[str, AfterValidator(_known_zone)] = "UTC"
    number: Column | None = None
    """Counts a case's updates; orders rows and tells whether the first row is the beginning."""
    first_number: int = 0
    opened: Column | None = None
    resolved: Column | None = None
    closed: Column | None = None
    complete_within_minutes: int = 60
    """Without `number`: how long after `opened` a first row may come and still be the beginning."""

    @property
    def tzinfo(self) -> ZoneInfo:
        """The zone of times without an offset."""
        return ZoneInfo(self.zone)


class StateValue(Part):
    """Our name for a state of theirs, and what it means."""

    state: Annotated[str, Field(min_length=1, max_length=100)]
    category: Category


class States(Part):
    """The state column and what its values mean."""

    column: Column
    values: dict[str, StateValue] = Field(min_length=1)
    initial: str | None = None
    """The value (of theirs) in force between `opened` and the first row; unset: as in the first row."""
    reopen_count: Column | None = None
    """Where the log counts reopenings itself: compared with what the rows show, and told where they differ."""
    unknown: Literal["keep", "refuse"] = "keep"
    """A value that `values` lacks: keep the state before it (and note it), or refuse the row."""

    @model_validator(mode="after")
    def _names_agree(self) -> "States":
        meaning: dict[str, Category] = {}
        for value in self.values.values():
            if meaning.setdefault(value.state, value.category) is not value.category:
                raise ValueError(f"state {value.state!r} has two categories")
        if self.initial is not None and self.initial not in self.values:
            raise ValueError(f"initial {self.initial!r} is not among the values")
        if not any(value.category in UNSOLVED for value in self.values.values()):
            raise ValueError("no value has an unsolved category (NEW, OPEN, PENDING, HOLD)")
        return self

    def first_of(self, category: Category) -> StateValue | None:
        """The first state of a category: what a resolved or closed time stands for when no row says so."""
        return next((value for value in self.values.values() if value.category is category), None)


class Named(Part):
    """A column of names, with other names for some of them if wanted."""

    column: Column | None = None
    default: str | None = None
    values: dict[str, str] = {}

    def read(self, value: str | None) -> str | None:
        """Our name for what stands in the column."""
        return self.default if value is None else self.values.get(value, value)


class Queues(Named):
    """The column of the queue."""

    default: str = "Imported"
    when_empty: Literal["keep", "default"] = "keep"
    """A later row without a queue: the ticket stays where it is, or goes back to `default`."""


class Persons(Part):
    """A column that names people: a name, or an address if there is an `@` in it."""

    column: Column | None = None
    system: frozenset[str] = frozenset()
    """Names that are programs rather than people."""


class Owners(Persons):
    """The column of the agent who is responsible."""

    when_empty: Literal["clear", "keep"] = "clear"
    """A later row without an agent: nobody is responsible any more, or still the one before."""


class Priorities(Part):
    """Their priorities as ours: 1 low, 2 normal, 3 high, 4 urgent."""

    column: Column | None = None
    default: int = Field(2, ge=1, le=4)
    values: dict[str, Annotated[int, Field(ge=1, le=4)]] = {}


class Tags(Part):
    """A column that holds tags."""

    column: Column | None = None
    separator: str = ","


class MessageRule(Part):
    """What marks a message, and whose it is. All conditions in `when` must hold."""

    on: Literal["first", "change", "every"] = "change"
    """Only a case's first row; a row where a named column differs from the row before; or every row."""
    when: dict[Column, list[str] | Literal["*"]] = {}
    """Column → the values that mark a message, or `"*"` for any value at all."""
    body: list[Column] = []
    author: Literal["requester", "agent", "actor"] = "actor"
    visibility: Literal["public", "internal"] = "public"
    is_auto: bool = False

    @model_validator(mode="after")
    def _marked_by_something(self) -> "MessageRule":
        if not self.when and not self.body:
            raise ValueError("needs `when` or `body`, or every row would be a message")
        return self

    @property
    def columns(self) -> list[Column]:
        """Every column that the rule looks at."""
        return [*self.when, *self.body]


class LogMap(Part):
    """One map: everything that turns rows of a log into histories of tickets."""

    name: str
    system: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
    """Where the cases come from; with the case id it makes the ticket's external reference."""
    file: FileForm = FileForm()
    case: Case
    time: Times
    state: States
    queue: Queues = Queues()
    agent: Owners = Owners()
    actor: Persons = Persons()
    opener: Persons = Persons()
    """Who opened the case; unset: the requester."""
    requester: Persons = Persons()
    organisation: Named = Named()
    priority: Priorities = Priorities()
    channel: Named = Named(default="other")
    language: Named = Named()
    tags: Tags = Tags()
    custom: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")], Column] = {}
    """Our field → their column."""
    message: list[MessageRule] = []

    @property
    def columns(self) -> set[Column]:
        """Every column that the map reads, still with its `?`."""
        parts = (self.queue, self.agent, self.actor, self.opener, self.requester, self.organisation, self.priority)
        named = (*parts, self.channel, self.language, self.tags)
        time, state = self.time, self.state
        single = (self.case.id, time.updated, time.number, time.opened, time.resolved, time.closed)
        several = [*self.case.title, *self.custom.values(), *(c for rule in self.message for c in rule.columns)]
        told = (*single, state.column, state.reopen_count, *(part.column for part in named), *several)
        return {column for column in told if column}
