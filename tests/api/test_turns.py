"""Quick reads take turns, in order; nobody waits long, and who does not read a ticket waits for nobody."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from starlette.types import Message, Receive, Scope, Send

from app.rest import turns
from app.rest.turns import Turns

READ = "/tickets/7"


class Crowd:
    """Requests that stay inside until they are let go."""

    def __init__(self, most_at_once: int) -> None:
        self.inside: list[str] = []
        self.doors: dict[str, asyncio.Event] = {}
        self.turns = Turns(self._answer, most_at_once)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.inside.append(scope["name"])
        await self.doors[scope["name"]].wait()
        await send({"type": "http.response.start"})
        await self.doors[scope["name"] + " sent"].wait()

    def comes(self, name: str, path: str = READ, method: str = "GET") -> "asyncio.Task[None]":
        """A request begins."""
        self.doors |= {name: asyncio.Event(), f"{name} sent": asyncio.Event()}

        async def receive() -> Message:
            raise AssertionError

        async def send(message: Message) -> None:
            return None

        scope = {"type": "http", "path": path, "method": method, "name": name}
        return asyncio.get_running_loop().create_task(_whole(self.turns(scope, receive, send)))

    def goes(self, name: str) -> None:
        """Its answer begins."""
        self.doors[name].set()


async def _whole(work: Awaitable[None]) -> None:
    await work


async def settle() -> None:
    """All that can happen now has happened."""
    for _ in range(20):
        await asyncio.sleep(0)


def played(story: Callable[[Crowd], Awaitable[None]]) -> None:
    """A story with two turns."""

    async def whole() -> None:
        await story(Crowd(2))

    asyncio.run(whole())


def test_the_third_waits_until_an_answer_begins() -> None:
    async def story(crowd: Crowd) -> None:
        tasks = [crowd.comes(name) for name in ("a", "b", "c", "d")]
        await settle()
        assert crowd.inside == ["a", "b"]
        crowd.goes("b")
        await settle()
        assert crowd.inside == ["a", "b", "c"], "b is not sent yet, and holds nobody up"
        for task in tasks:
            task.cancel()
        await settle()
        assert crowd.turns.free == 2
        assert not crowd.turns.waiting

    played(story)


def test_who_leaves_the_line_takes_no_turn_along() -> None:
    async def story(crowd: Crowd) -> None:
        crowd.comes("a"), crowd.comes("b")
        gone, last = crowd.comes("gone"), crowd.comes("last")
        await settle()
        gone.cancel()
        crowd.goes("a")
        await settle()
        assert crowd.inside == ["a", "b", "last"]
        last.cancel()

    played(story)


def test_patience_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "PATIENCE_SECONDS", 0)

    async def story(crowd: Crowd) -> None:
        for name in ("a", "b", "c"):
            crowd.comes(name)
        await settle()
        assert crowd.inside == ["a", "b", "c"]
        for name in ("a", "b", "c"):
            crowd.goes(name)
        await settle()
        assert crowd.turns.free == 2, "who went without a turn gives none back"

    played(story)


@pytest.mark.parametrize(("path", "method"), [("/api/v1/metrics", "GET"), (READ, "POST"), ("/live", "GET")])
def test_all_else_takes_no_turn(path: str, method: str) -> None:
    async def story(crowd: Crowd) -> None:
        for name in ("a", "b"):
            crowd.comes(name)
        crowd.comes("other", path, method)
        await settle()
        assert "other" in crowd.inside

    played(story)
