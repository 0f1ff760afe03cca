"""The same request twice is one command: the answer is kept under the caller's key, in the same transaction.

The key is claimed last. The one who loses the race for it has waited for the winner inside the unique index, is
undone as a whole and answers what the winner answered; so a first-time request costs one insert and no look-up.
"""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session
from sqlmodel import col
from starlette.responses import Response

from app.operations import IdempotencyKey
from core import clock
from core.errors import Conflict, Refusal


@dataclass(frozen=True, slots=True)
class Key:
    """A caller's key, and a fingerprint of the request that it stands for."""

    principal: str
    key: str
    request_hash: bytes


class KeyIsTaken(Conflict):
    """The key was used before: the kept answer is the answer. Nobody sees this refusal."""

    code = "key_is_taken"


class KeyMeansAnother(Refusal):
    """The key was used for a different request."""

    status = 422
    code = "key_means_another_request"


def keep(session: Session, key: Key, response: Response) -> None:
    """Keep the answer, or find that somebody has already answered."""
    claimed = session.execute(
        insert(IdempotencyKey)
        .values(
            principal=key.principal,
            key=key.key,
            request_hash=key.request_hash,
            status=response.status_code,
            headers=_own_headers(response),
            body=bytes(response.body),
            created_at=clock.now(),
        )
        .on_conflict_do_nothing()
        .returning(sa.literal(1))
    ).first()
    if claimed is None:
        raise KeyIsTaken("This key was used before.")


def kept_answer(session: Session, key: Key) -> Response | None:
    """The answer that this key got before, if it did."""
    kept = session.execute(
        sa.select(IdempotencyKey).where(
            col(IdempotencyKey.principal) == key.principal, col(IdempotencyKey.key) == key.key
        )
    ).scalar_one_or_none()
    if kept is None or kept.status is None:
        return None
    if kept.request_hash != key.request_hash:
        raise KeyMeansAnother(
            "This Idempotency-Key was used for a different request; take a new key for a new request."
        )
    media_type = "application/json" if kept.body else None
    headers = {**kept.headers, "Idempotency-Replayed": "true"}
    return Response(kept.body or None, kept.status, headers, media_type)


def _own_headers(response: Response) -> dict[str, str]:
    return {name: value for name, value in response.headers.items() if name in ("etag", "location")}
