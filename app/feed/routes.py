"""GET /api/v1/events: everything that happens, as it happens, to those who may see it; the same as a WebSocket."""

from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request, WebSocket
from starlette.responses import StreamingResponse
from starlette.websockets import WebSocketDisconnect

from app.feed.feed import Feed, Recognise, Wish
from app.feed.telling import told
from app.identity.doorkeeper import Visitor
from app.rest import PREFIX
from app.rest.ask import reading
from app.rest.problem import responses
from core.actor import Actor
from etl.sinks.live import Changed

router = APIRouter(prefix=f"{PREFIX}/events", tags=["events"], responses=responses(401, 403, 422, 503))

HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
SIGN_OF_LIFE = b": still here\n\n"
NOT_SIGNED_IN, OVER = 4401, 4403
"""Why we close a WebSocket: nobody we know; or the rights changed: connect again with the newest position."""

MOST_KINDS = 50
NEWEST = 2**62
Since = Annotated[
    int | None, Query(ge=0, le=NEWEST, description="Begin after this position; left out: with what happens from now.")
]
Kinds = Annotated[
    list[str] | None,
    Query(alias="kind", max_length=MOST_KINDS, description="Only these kinds (docs/reference/events.md)."),
]
OneTicket = Annotated[UUID | None, Query(description="Only what happens to this ticket.")]
Follow = Annotated[bool, Query(description="Go on when the present is reached; false: end there.")]
LastSeen = Annotated[
    int | None, Header(alias="Last-Event-ID", ge=0, le=NEWEST, description="What browsers send when they come back.")
]


@router.get(
    "",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
)
async def stream_events(  # noqa: PLR0917 — one parameter a query parameter
    request: Request,
    since: Since = None,
    kinds: Kinds = None,
    ticket_id: OneTicket = None,
    follow: Follow = True,
    last_event_id: LastSeen = None,
) -> StreamingResponse:
    """What happened after `since` and what happens, one server-sent event each, its id the position.

    Nothing is left out: come back with the position that you saw last. Customers hear the bare fact of public changes
    of their tickets. The stream ends when your rights change; come back and be told by the new ones.
    """
    ask = await reading(request)
    begin = last_event_id if last_event_id is not None else since
    wish = Wish(begin, frozenset(kinds or ()), ticket_id, follow)
    feed = Feed(ask.desk.database, ask.desk.live, ask.actor, wish, _again(request))
    return StreamingResponse(_as_sse(feed, ask.actor), media_type="text/event-stream", headers=HEADERS)


@router.websocket("/ws")
async def socket_events(
    socket: WebSocket, since: Since = None, kinds: Kinds = None, ticket_id: OneTicket = None
) -> None:
    """The same, one text message an event. The other side only listens; when it hangs up, we end."""
    visitor: Visitor | None = socket.scope["state"]["visitor"]
    await socket.accept()
    if visitor is None or visitor.must_change_password:
        await socket.close(NOT_SIGNED_IN, "Sign in first, or send an API token.")
        return
    desk, wish = socket.app.state.desk, Wish(since, frozenset(kinds or ()), ticket_id)
    feed = Feed(desk.database, desk.live, visitor.actor, wish, _again(socket))
    try:
        async for changes in feed:
            for change in changes:
                await socket.send_text(told(change, inside=visitor.actor.scope.internal).decode())
        await socket.close(OVER, "Your rights changed: connect again, since the newest position.")
    except (WebSocketDisconnect, RuntimeError):
        return  # they hung up


async def _as_sse(feed: Feed, actor: Actor) -> AsyncIterator[bytes]:
    yield b"retry: 2000\n\n"
    async for changes in feed:
        yield b"".join(_sse(change, inside=actor.scope.internal) for change in changes) or SIGN_OF_LIFE


def _sse(change: Changed, *, inside: bool) -> bytes:
    name = f"id: {change.position}\nevent: {change.kind}\ndata: "
    return name.encode() + told(change, inside=inside) + b"\n\n"


def _again(connection: Request | WebSocket) -> Recognise:
    """Who the other side is by now."""
    look = connection.scope["state"]["look_again"]

    async def recognise() -> Actor | None:
        visitor: Visitor | None = await look()
        return visitor.actor if visitor and not visitor.must_change_password else None

    return recognise
