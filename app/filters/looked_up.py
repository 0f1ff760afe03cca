"""What search cannot know is looked up where it stands: due times, what is at risk, whom notes call."""

from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app import policy
from app.filters.names import tree_of_condition
from app.filters.sql import clause_of
from app.tickets.ticket import Ticket
from core.actor import Actor
from search.filter_text import NotUnderstood
from search.filters import Condition, Numbered

MOST_FOUND = 10_000
"""The newest so many; who has more of them looks at the list of tickets."""


def finder(session: Session, actor: Actor) -> Callable[[Condition], Numbered | None]:
    """For search's reading of a text: the tickets that a condition means, inside what the actor sees."""

    def found(condition: Condition) -> Numbered | None:
        try:
            tree, is_negated = tree_of_condition(session, actor, condition)
        except NotUnderstood:
            return None
        numbers = (
            sa.select(col(Ticket.number))
            .where(policy.scope_filter(policy.visible(actor)), clause_of(tree))
            .order_by(col(Ticket.number).desc())
            .limit(MOST_FOUND)
        )
        return Numbered(tuple(session.execute(numbers).scalars()), is_negated)

    return found
