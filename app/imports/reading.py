"""Reading single values of a moment under a map: people, queue, priority, state, title, messages."""

from collections.abc import Sequence
from datetime import datetime

from app.imports.facts import Fact, FieldIs, OwnerIs, PriorityIs, QueueIs, Said, TagsAre, TitleIs
from app.imports.map import LogMap, MessageRule, StateValue
from app.imports.moments import Moment
from app.imports.names import Known, Names, one_line
from app.queues.house import State
from app.tickets.commands.tag import MOST_TAGS
from core.actor import SYSTEM, Actor, Role


class Reading:
    """What the columns of a moment mean, with the names of one house."""

    def __init__(self, log_map: LogMap, names: Names) -> None:
        self.map = log_map
        self.names = names

    def requester(self, moment: Moment) -> Known | None:
        """Whose case it is."""
        name = moment.get(self.map.requester.column)
        return self.names.person(name, Role.CUSTOMER, moment.occurred_at) if name else None

    def agent(self, moment: Moment) -> Known | None:
        """Who is responsible."""
        name = moment.get(self.map.agent.column)
        return self.names.person(name, Role.AGENT, moment.occurred_at, is_certain=True) if name else None

    def actor(self, moment: Moment) -> Actor:
        """Whose hand the row is: the requester's own, a program's, or else an agent's."""
        name = moment.get(self.map.actor.column)
        return SYSTEM if name is None or name in self.map.actor.system else self._hand(name, moment)

    def opener(self, first: Moment) -> Actor:
        """Who opened the case."""
        name = first.get(self.map.opener.column)
        if name and name not in self.map.opener.system:
            return self._hand(name, first)
        requester = self.requester(first)
        return self.names.actor(requester) if requester else self.actor(first)

    def author(self, rule: MessageRule, moment: Moment) -> Actor:
        """Who wrote a message."""
        person = None
        if rule.author == "requester":
            person = self.requester(moment)
        elif rule.author == "agent":
            person = self.agent(moment)
        return self.names.actor(person) if person else self.actor(moment)

    def queue(self, moment: Moment) -> str | None:
        """The queue's name, if the row has one."""
        value = moment.get(self.map.queue.column)
        return self.map.queue.values.get(value, value) if value else None

    def priority(self, moment: Moment) -> int | None:
        """1 to 4, if the row has a priority that the map knows."""
        return self.map.priority.values.get(moment.get(self.map.priority.column) or "")

    def tags(self, moment: Moment) -> Sequence[str]:
        """The row's tags."""
        words = (moment.get(self.map.tags.column) or "").split(self.map.tags.separator)
        return [word for text in words if (word := text.replace(",", " ").strip()[:50].strip())][:MOST_TAGS]

    def title(self, moment: Moment) -> str:
        """The case's subject by this row; empty if the row has none."""
        values = (value for column in self.map.case.title if (value := moment.get(column)))
        return one_line(" · ".join(dict.fromkeys(values)))

    def organisation(self, moment: Moment) -> str | None:
        """The organisation's name."""
        return self.map.organisation.read(moment.get(self.map.organisation.column))

    def channel(self, moment: Moment) -> str:
        """The way it came in."""
        return (self.map.channel.read(moment.get(self.map.channel.column)) or "other")[:20]

    def language(self, moment: Moment) -> str | None:
        """Its language."""
        return (self.map.language.read(moment.get(self.map.language.column)) or "")[:16] or None

    def custom(self, moment: Moment) -> dict[str, str]:
        """The custom fields that have a value."""
        return {name: value[:1000] for name, column in self.map.custom.items() if (value := moment.get(column))}

    def state(self, value: StateValue, first_at: datetime) -> State:
        """Our state for a value of theirs."""
        return self.names.state(value.state, value.category, first_at)

    def said(self, rule: MessageRule, moment: Moment, author: Actor, *, is_first: bool) -> Said:
        """The message that a rule sees in this row."""
        return Said(
            body="\n".join(dict.fromkeys(value for column in rule.body if (value := moment.get(column)))),
            author_kind=author.kind.value,
            author_id=author.person_id,
            visibility=rule.visibility,
            is_first=is_first,
            is_auto=rule.is_auto,
        )

    def queue_fact(self, moment: Moment) -> Fact | None:
        """The row's queue, as news. Without one the map says what that means."""
        empty = self.map.queue.default if self.map.queue.when_empty == "default" else None
        name = self.queue(moment) or empty
        return QueueIs(self.names.queue(name, moment.occurred_at)) if name else None

    def owner_fact(self, moment: Moment) -> Fact | None:
        """The row's agent, as news. Without one the map says what that means."""
        agent = self.agent(moment)
        return OwnerIs(agent.id if agent else None) if agent or self.map.agent.when_empty == "clear" else None

    def priority_fact(self, moment: Moment) -> Fact | None:
        """The row's priority, as news."""
        priority = self.priority(moment)
        return PriorityIs(priority) if priority else None

    def tags_fact(self, moment: Moment) -> Fact:
        """The row's tags, as news."""
        return TagsAre(frozenset(self.tags(moment)))

    def title_fact(self, moment: Moment) -> Fact | None:
        """The row's subject, as news."""
        title = self.title(moment)
        return TitleIs(title) if title else None

    def field_fact(self, name: str, column: str, moment: Moment) -> Fact:
        """A custom field's value, as news."""
        return FieldIs(name, (moment.get(column) or "")[:1000] or None)

    def _hand(self, name: str, moment: Moment) -> Actor:
        is_requester = name == moment.get(self.map.requester.column)
        found = self.names.hands.get((name, is_requester))
        if found is None:
            role = Role.CUSTOMER if is_requester else Role.AGENT
            found = self.names.actor(self.names.person(name, role, moment.occurred_at))
            self.names.hands[name, is_requester] = found
        return found
