"""Why a ticket will not do what it is asked: each says what to do instead."""

from collections.abc import Sequence
from uuid import UUID

from core.errors import Conflict, NotFound


class TicketIsClosed(Conflict):
    """A closed ticket stays as it is."""

    code = "ticket_is_closed"

    def __init__(self, number: int) -> None:
        super().__init__(f"Ticket {number} is closed; reopen it first.", number=number)


class TicketIsGone(Conflict):
    """A ticket that was merged, deleted or marked as spam is no longer worked."""

    code = "ticket_is_gone"

    def __init__(self, number: int, category: str) -> None:
        what = {"MERGED": "was merged into another", "SPAM": "is marked as spam", "DELETED": "was deleted"}[category]
        how = "work on that one." if category == "MERGED" else "give it another state first."
        super().__init__(f"Ticket {number} {what}; {how}", number=number)


class NotSolvedYet(Conflict):
    """A solution is rated when there is one."""

    code = "not_solved_yet"

    def __init__(self, number: int) -> None:
        super().__init__(f"Ticket {number} is not solved yet; rate it when it is.", number=number)


class NotAnOwner(Conflict):
    """The person cannot be responsible for tickets of this queue."""

    code = "not_an_owner"

    def __init__(self) -> None:
        super().__init__(
            "This person may not own tickets in this queue; choose an agent who holds the right 'own' there."
        )


class NoSuchPerson(NotFound):
    """A person whom the command names does not exist, or is no longer active."""

    code = "no_such_person"

    def __init__(self) -> None:
        super().__init__("There is no such active person; check the id.")


class TooManyTags(Conflict):
    """A ticket has room for so many tags."""

    code = "too_many_tags"

    def __init__(self, most: int) -> None:
        super().__init__(f"A ticket holds at most {most} tags; remove some first.", most=most)


class NoSuchWay(Conflict):
    """The queue does not allow this change of state."""

    code = "no_such_way"

    def __init__(self, queue: str, before: str, after: str, allowed: list[str]) -> None:
        how = f"allowed from here: {', '.join(allowed)}" if allowed else "nothing leads on from here"
        super().__init__(f"In {queue} no ticket goes from {before} to {after}; {how}.", allowed=allowed)


class FieldsAreMissing(Conflict):
    """The queue wants some fields filled in first."""

    code = "fields_are_missing"

    def __init__(self, state: str, fields: list[str]) -> None:
        super().__init__(f"Fill in {', '.join(fields)} first: a ticket here needs that to be {state}.", fields=fields)


class MustBeConfirmed(Conflict):
    """Somebody is to think twice."""

    code = "must_be_confirmed"

    def __init__(self, question: str) -> None:
        super().__init__(f"{question} Send it again with confirm set to true.", question=question)


class FollowUpIsRefused(Conflict):
    """The queue takes no replies to closed tickets."""

    code = "follow_up_is_refused"

    def __init__(self, number: int) -> None:
        super().__init__(f"Ticket {number} is closed and takes no more replies; open a new ticket.", number=number)


class TooManyWatchers(Conflict):
    """A ticket has room for so many watchers."""

    code = "too_many_watchers"

    def __init__(self, most: int) -> None:
        super().__init__(f"At most {most} people watch a ticket; somebody has to stop first.", most=most)


class ChildrenAreOpen(Conflict):
    """A parent waits for its children."""

    code = "children_are_open"

    def __init__(self, number: int, children: Sequence[int | None]) -> None:
        seen = [child for child in children if child is not None]
        named = ", ".join(map(str, seen[:10])) + (" and more" if len(seen) > 10 else "")
        if len(seen) < len(children):
            named += " and others that you may not see" if seen else "that you may not see"
        super().__init__(
            f"Ticket {number} waits for its children {named}; solve them first, or send it again with confirm set to"
            " true.",
            children=seen,
        )


class CannotBeMentioned(Conflict):
    """Whoever is called must be able to read what calls them."""

    code = "cannot_be_mentioned"

    def __init__(self, name: str, person_id: UUID, *, is_restricted: bool) -> None:
        what = "restricted notes here" if is_restricted else "this ticket"
        how = "write an internal note" if is_restricted else "let them into the queue first"
        super().__init__(f"{name} may not read {what}; {how}, or leave the name out.", person_id=str(person_id))
