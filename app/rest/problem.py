"""One shape for every error: RFC 9457 problem documents, whoever raised what."""

import traceback
from http import HTTPStatus
from typing import Any

import orjson
import psycopg
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from psycopg import errors
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app.rest.methods import allowed_methods
from core import log
from core.errors import Conflict, Refusal, Unavailable

MEDIA_TYPE = "application/problem+json"
logger = log.get(__name__)


class Flaw(BaseModel):
    """One thing that is wrong with what was sent."""

    location: str = Field(description="Where: `body.title`, `query.limit`.", examples=["body.title"])
    message: str = Field(description="What is wrong there.", examples=["String should have at least 1 character"])
    code: str = Field(description="The kind of flaw, for programs.", examples=["string_too_short"])


class Problem(BaseModel):
    """Why a request was refused (RFC 9457). `code` is stable; some codes come with further members."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(description="Identifies the kind of problem.", examples=["urn:clearqueue:problem:not_found"])
    title: str = Field(description="The HTTP status in words.", examples=["Not Found"])
    status: int = Field(description="The HTTP status.", examples=[404])
    detail: str = Field(
        description="A sentence for people: what is wrong and what to do.", examples=["There is no such ticket."]
    )
    code: str = Field(description="Stable, for programs.", examples=["not_found"])
    errors: list[Flaw] = Field(default=[], description="The flaws of an invalid request, one by one.")


def problem(refusal: Refusal, **headers: str) -> Response:
    """The answer for a refusal."""
    if wait := refusal.details.get("retry_after_seconds"):
        headers["Retry-After"] = str(wait)
    return _answer(refusal.status, refusal.code, refusal.sentence, refusal.details, headers)


def add_problem_handlers(api: FastAPI) -> None:
    """Give every error of an application the one shape."""
    api.add_exception_handler(Refusal, _refused)
    api.add_exception_handler(RequestValidationError, _invalid)
    api.add_exception_handler(HTTPException, _http)
    api.add_exception_handler(DBAPIError, _database)
    api.add_exception_handler(psycopg.Error, _database)
    api.add_exception_handler(PoolTimeout, _busy)
    api.add_exception_handler(Exception, _crashed)


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The OpenAPI entries of the problems that a route can answer."""
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "model": Problem,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in statuses
    }


def _answer(status: int, code: str, detail: str, extra: dict[str, Any], headers: dict[str, str]) -> Response:
    document = {
        **extra,
        "type": f"urn:clearqueue:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        "errors": extra.get("errors", []),
    }
    return Response(orjson.dumps(document, default=str), status, headers, MEDIA_TYPE)


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    return problem(error)


def _invalid(request: Request, error: Exception) -> Response:
    """What was sent is not repeated: it may hold a password, or what no JSON can hold."""
    assert isinstance(error, RequestValidationError)
    flaws = [
        {
            "location": ".".join(_speakable(str(part)) for part in flaw["loc"]),
            "message": _speakable(flaw["msg"].removeprefix("Value error, ")),
            "code": flaw["type"],
        }
        for flaw in error.errors()[:50]
    ]
    first = flaws[0] if flaws else {"location": "body", "message": "cannot be read"}
    sentence = f"{first['location']}: {first['message']}"
    return _answer(422, "invalid", sentence, {"errors": flaws}, {})


def _speakable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()[:300]


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == HTTPStatus.BAD_REQUEST:
        return _answer(422, "invalid", "The body cannot be read; send JSON.", {}, {})
    phrase = HTTPStatus(error.status_code).phrase
    code = phrase.lower().replace(" ", "_").replace("-", "_")
    sentences = {
        404: "There is nothing at this address.",
        405: f"{request.method} is not possible here.",
        413: "This is too large.",
    }
    detail = sentences.get(error.status_code, str(error.detail))
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(allowed_methods(request.app, request.url.path)) or headers.get("Allow", "")
    return _answer(error.status_code, code, detail, {}, headers)


def _database(request: Request, error: Exception) -> Response:
    """What Postgres says no to. Waits have an end: whoever waits in vain is told so, and may come again."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    match cause:
        case errors.UniqueViolation() | errors.ForeignKeyViolation():
            return problem(Conflict("Somebody did something that excludes this at the same moment; look again, retry."))
        case errors.LockNotAvailable() | errors.QueryCanceled() | errors.DeadlockDetected():
            return _busy(request, error)
        case errors.DataError():
            logger.warning("value refused by the database", error=str(cause))
            return _answer(422, "invalid", "One of the values cannot be stored; check numbers and dates.", {}, {})
        case psycopg.OperationalError() | psycopg.InterfaceError():
            logger.warning("database away", error=str(cause))
            return problem(Unavailable("The database cannot be reached; try again in a moment.", retry_after_seconds=3))
    return _crashed(request, error)


def _busy(request: Request, error: Exception) -> Response:
    return problem(Unavailable("Too much is going on at once; try again in a moment.", retry_after_seconds=2))


def _crashed(request: Request, error: Exception) -> Response:
    story = "".join(traceback.format_exception(error))
    logger.error("request failed", path=request.url.path, method=request.method, story=story)
    return _answer(500, "internal_error", "Something went wrong on our side; it has been noted.", {}, {})
