"""Analysts at work: sign in to a running platform with a token, and ask it from a notebook.

    from analytics import measure, sign_in, tickets
    sign_in("https://support.example.com", "cq_…")
    measure("first_reply_time", by="queue", grain="month", since=date(2026, 1, 1))

Answers come over HTTP, so that everybody sees what they may and nothing else, and are Polars frames. Whoever has a
lake at hand, such as the platform itself, names it (`lake=…`) and is answered from there.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from getpass import getpass
from io import BytesIO
from os import environ
from typing import Any, Literal, Unpack
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen
from uuid import UUID

import polars as pl

from analytics import drill, explanation, measure_answer, movement
from analytics.measure_answer import Metrics, Readable
from analytics.measure_dimensions import NONE
from analytics.measure_question import Asking
from analytics.metric import Metric
from core.errors import Invalid, NotAllowed, NotFound, NotSignedIn, Refusal, Unavailable

ADDRESS, TOKEN = "CLEARQUEUE_URL", "CLEARQUEUE_TOKEN"
PREFIX = "/api/v1/"
LONGEST_SECONDS = 60
REFUSALS = {kind.status: kind for kind in (NotSignedIn, NotAllowed, NotFound, Invalid, Unavailable)}

Fetch = Callable[[str, Mapping[str, str]], tuple[int, bytes]]
"""Gets an address with headers: the status and the body."""


@dataclass(frozen=True, slots=True)
class Desk:
    """A platform that somebody is signed in to."""

    url: str
    token: str
    fetch: Fetch

    def read(self, path: str, **asked: Any) -> Any:
        """Any answer of the API as JSON: `desk.read("analysis/survival", by="queue")`. `None` is left out."""
        return json.loads(self._get(path, asked))

    def frame(self, path: str, **asked: Any) -> pl.DataFrame:
        """An answer that the API gives as a table."""
        return pl.read_ipc_stream(BytesIO(self._get(path, {**asked, "format": "arrow"})))

    def _get(self, path: str, asked: Mapping[str, Any]) -> bytes:
        query = urlencode([pair for name, value in asked.items() for pair in _pairs(name, value)])
        address = f"{self.url.rstrip('/')}{PREFIX}{quote(path)}{'?' if query else ''}{query}"
        status, body = self.fetch(address, {"Authorization": f"Bearer {self.token}"})
        if status >= 400:
            raise _refusal(status, body)
        return body


_desks: list[Desk] = []


def sign_in(url: str | None = None, token: str | None = None, *, fetch: Fetch | None = None) -> Desk:
    """Whom `measure` and the others ask from now on. Raises `NotSignedIn` if the token is not known there.

    Left out, address and token are those of CLEARQUEUE_URL and CLEARQUEUE_TOKEN; a token that is nowhere is asked for.
    `clearqueue token you@example.com --read-only` makes one, and so does your account's page.
    """
    address = url or environ.get(ADDRESS) or "http://127.0.0.1:8080"
    secret = token or environ.get(TOKEN) or getpass(f"API token for {address}: ")
    desk = Desk(address, secret, fetch or _fetch)
    desk.read("session")
    _desks[:] = [desk]
    return desk


def signed_in() -> Desk:
    """The platform that was signed in to last. Raises `NotSignedIn` with what to do."""
    if not _desks:
        raise NotSignedIn("Sign in first: from analytics import sign_in; sign_in('http://…', 'token').")
    return _desks[0]


def measure(
    metrics: Metrics, *, lake: Readable | None = None, small: Literal["hide", "show"] = "hide", **asked: Unpack[Asking]
) -> pl.DataFrame:
    """`analytics.measure_answer.measure`; without a `lake` it asks the platform that you are signed in to."""
    if lake is not None:
        return measure_answer.measure(metrics, lake=lake, small=small, **asked)
    given = [metrics] if isinstance(metrics, str | Metric) else metrics
    names = [each if isinstance(each, str) else each.name for each in given]
    return signed_in().frame(f"metrics/{','.join(names)}", small=small, **_over_http(asked))


def tickets(metric: str | Metric, *, lake: Readable | None = None, **asked: Any) -> pl.DataFrame:
    """`analytics.drill.tickets`; without a `lake` it asks the platform that you are signed in to."""
    if lake is not None:
        return drill.tickets(metric, lake=lake, **asked)
    name = metric if isinstance(metric, str) else metric.name
    return signed_in().frame(f"metrics/{name}/tickets", **_over_http(asked))


def explain(
    ticket: UUID | str | int, metric: str | Metric, *, lake: Readable | None = None, **asked: Any
) -> explanation.Explained | dict[str, Any]:
    """`analytics.explanation.explain`; without a `lake` the answer of the platform that you are signed in to."""
    if lake is not None:
        return explanation.explain(ticket, metric, lake=lake, **asked)
    name = metric if isinstance(metric, str) else metric.name
    found: dict[str, Any] = signed_in().read(f"metrics/{name}/tickets/{ticket}", **_over_http(asked))
    return found


def moved(metric: str | Metric, *, lake: Readable | None = None, **asked: Any) -> pl.DataFrame:
    """`analytics.movement.moved`, its frame; without a `lake` it asks the platform that you are signed in to."""
    if lake is not None:
        return movement.moved(metric, lake=lake, **asked).frame
    name = metric if isinstance(metric, str) else metric.name
    return signed_in().frame(f"metrics/{name}/moved", **_over_http(asked))


def _over_http(asked: Mapping[str, Any]) -> dict[str, Any]:
    if "scope" in asked:
        raise Invalid("Whose eyes is said by the token; only a lake at hand takes a scope.")
    where = [f"{name}:{_text(value)}" for name, all_ in (asked.get("where") or {}).items() for value in _each(all_)]
    return {**asked, "where": where}


def _each(values: Any) -> Iterable[Any]:
    return values if isinstance(values, Iterable) and not isinstance(values, str) else [values]


def _pairs(name: str, value: Any) -> list[tuple[str, str]]:
    return [(name, _text(each)) for each in _each(value)] if value is not None else []


def _text(value: Any) -> str:
    if isinstance(value, date):  # a datetime is one, too
        return value.isoformat()
    return NONE if value is None else str(value)


def _refusal(status: int, body: bytes) -> Refusal:
    try:
        sentence = json.loads(body)["detail"]
    except (ValueError, KeyError, TypeError):
        sentence = f"The platform answered with status {status}."
    return REFUSALS.get(status, Unavailable if status >= 500 else Invalid)(sentence)


def _fetch(address: str, headers: Mapping[str, str]) -> tuple[int, bytes]:
    if not address.startswith(("http://", "https://")):
        raise Invalid(f"{address} is no address of a platform: it begins with http:// or https://.")
    try:
        with urlopen(Request(address, headers=dict(headers)), timeout=LONGEST_SECONDS) as answer:  # noqa: S310
            return int(answer.status), answer.read()
    except HTTPError as refusal:
        return refusal.code, refusal.read()
    except (URLError, TimeoutError) as trouble:
        raise Unavailable(f"{address.split(PREFIX, maxsplit=1)[0]} does not answer: {trouble}.") from trouble
