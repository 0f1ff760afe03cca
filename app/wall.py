"""The second wall: PostgreSQL itself shows a web request no more than its asker may see (row-level security).

`asking` holds whoever asks; the identity middleware sets it. Every transaction of a web connection begins
with `BEGIN; SET LOCAL …` in one trip: the settings that the policies of migration 0025 read, or, for whoever sees
everything, the role to which no wall applies. They end with the transaction, so a pooled connection keeps nothing, and
without them nothing is shown. The first wall, `app.policy`, stays: this one is for the day when somebody forgets it.
"""

from collections.abc import Iterable
from contextvars import ContextVar
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

import psycopg
from psycopg import generators, pq
from psycopg.abc import PQGen

from core.actor import Actor, Scope

if TYPE_CHECKING:  # the supervisor needs the roles' names, and not what weighs 20 MB
    from sqlalchemy.orm import Session

WEB = "clearqueue_web"
"""The role of web requests: owns nothing, and sees what the settings of its transaction say."""
HOUSE = "clearqueue_house"
"""The role of whoever sees every ticket: owns nothing, has no wall."""

IDLE, COMMAND_OK = pq.TransactionStatus.IDLE, pq.ExecStatus.COMMAND_OK

asking: ContextVar[Actor | None] = ContextVar("asking", default=None)
"""Whose request this is; None: nobody's, who sees no ticket."""


class WalledConnection(psycopg.Connection[Any]):
    """A connection whose transactions begin with what their asker may see."""

    def _start_query(self) -> PQGen[None]:
        """Where psycopg (3.3) sends its BEGIN: ours has the settings behind it, and is no trip more."""
        if self.autocommit or self.pgconn.transaction_status != IDLE:
            return
        self._check_connection_ok()
        self.pgconn.send_query(self._get_tx_start_command() + _terms(asking.get()))
        for result in (yield from generators.execute(self.pgconn)):
            if result.status != COMMAND_OK:
                raise psycopg.errors.error_from_result(result, encoding=self.info.encoding)


def _terms(actor: Actor | None) -> bytes:
    return terms(actor.scope, actor.person_id) if actor else b""


@lru_cache(maxsize=4096)
def terms(scope: Scope, person_id: UUID | None) -> bytes:
    """The settings for one transaction, as statements behind its BEGIN. Only ids of ours: nothing to be quoted."""
    if scope.everything:
        return f"; set local role {HOUSE}".encode()
    values = {
        "queues": scope.queue_ids,
        "requesters": scope.requester_ids,
        "organisations": scope.organisation_ids,
        "leading": scope.admin_queue_ids,
        "person": [person_id] if person_id else [],
        **{f"{relation}_queues": queues for relation, queues in scope.related},
    }
    settings = [f"; set local clearqueue.\"{name}\" = '{_listed(ids)}'" for name, ids in values.items() if ids]
    if scope.related:
        settings.append("; set local clearqueue.by_relation = 'on'")
    if scope.internal:
        settings.append("; set local clearqueue.internal = 'on'")
    return "".join(settings).encode()


def _listed(ids: Iterable[UUID]) -> str:
    return "{" + ",".join(sorted(map(str, ids))) + "}"


def lift(session: "Session") -> None:
    """Take the wall down until this transaction ends, for rules that must look further than their asker may.

    Call it behind the question whether the asker may see the ticket at hand, and show nothing of what is found.
    """
    if session.info.get("is_walled"):
        session.connection().exec_driver_sql(f"set local role {HOUSE}")
