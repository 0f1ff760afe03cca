"""Talking to a Meilisearch server: what goes wrong there is told in our words, and writes are waited for."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from meilisearch import Client
from meilisearch.errors import MeilisearchApiError, MeilisearchCommunicationError, MeilisearchTimeoutError
from meilisearch.models.task import TaskInfo

from core.errors import Unavailable

ANSWER_SECONDS = 10
"""How long one request may take."""
TASK_SECONDS = 600
"""How long the server may take to index what it was sent."""
POLL_MILLISECONDS = 10

AWAY = Unavailable("The search server is away; try again in a moment.")
BUSY = (408, 429, 502, 503, 504)
NOTHING_THERE = ("index_not_found", "invalid_search_attributes_to_search_on")
"""No index, or one that never held a ticket: it does not know our fields then, though its settings name them."""
MAY_PASS = ("no_space_left_on_device", "too_many_open_files", "io_error")
"""Failures of a task that somebody can cure without us."""


class Server:
    """A Meilisearch server. Each request has a client of its own: the library's share their headers between threads."""

    def __init__(self, url: str, key: str) -> None:
        self._url = url
        self._key = key or None

    def client(self) -> Client:
        """A client for one request; it opens nothing yet."""
        return Client(self._url, self._key, timeout=ANSWER_SECONDS)

    def ask(self, queries: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """The answers to several searches, in their order; none if there is no such index yet."""
        try:
            with told_in_our_words():
                return list(self.client().multi_search(queries)["results"])
        except NoSuchIndex:
            return [{"hits": [], "estimatedTotalHits": 0} for _ in queries]

    def wait(self, task: TaskInfo) -> None:
        """Wait until the server has done what it was sent."""
        with told_in_our_words():
            done = self.client().wait_for_task(task.task_uid, TASK_SECONDS * 1000, POLL_MILLISECONDS)
        if done.status == "succeeded":
            return
        error = done.error or {}
        if error.get("code") in MAY_PASS:
            raise Unavailable(f"The search server cannot write: {error.get('message')}")
        if error.get("code") == "index_not_found":
            raise NoSuchIndex
        raise TaskFailed(f"Meilisearch task {task.task_uid} {done.status}: {error.get('message')}")


class NoSuchIndex(Exception):
    """The server has no index of ours (yet, or any more)."""


class TaskFailed(Exception):
    """The server did not accept what we sent: a mistake of ours, or a server of another version."""


@contextmanager
def told_in_our_words() -> Iterator[None]:
    """Turn the library's errors into ours: away, refused, or no such index. Others are surprises and stay."""
    try:
        yield
    except (MeilisearchCommunicationError, MeilisearchTimeoutError) as error:
        raise AWAY from error
    except MeilisearchApiError as error:
        if error.code in NOTHING_THERE:
            raise NoSuchIndex from error
        if error.status_code in BUSY:
            raise AWAY from error
        if error.status_code in (401, 403):
            raise Unavailable("The search server refuses our key; set CLEARQUEUE_MEILISEARCH_KEY.") from error
        raise
