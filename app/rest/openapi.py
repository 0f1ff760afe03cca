"""The description of the API: complete enough to write a client from it, and tested against the API itself."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from app.identity.session import COOKIE
from app.rest.idempotency import KEY
from app.rest.problem import MEDIA_TYPE, Problem

ABOUT = """
Everything that the pages do, over HTTP. All requests and answers are JSON, all times ISO 8601 with a zone.

**Signing in.** Programs send an API token: `Authorization: Bearer cq_…` (make one with `POST /api/v1/tokens`). Browsers
sign in with `POST /api/v1/session` and send the session cookie.

**Doing things once.** Every request that changes something takes an `Idempotency-Key`: send the same request with the
same key as often as you like, it is done once, and each time you get the first answer (`Idempotency-Replayed: true`).

**Not overwriting others.** A ticket's `ETag` is its version. Send it back as `If-Match` with a command: if somebody
changed the ticket meanwhile, the answer is 412 and nothing happens.

**Lists** come in pages: pass a page's `next` as `after` to get the one behind it.

**Errors** are problem documents (RFC 9457) with a stable `code` and a sentence in `detail` that says what to do. What
you may not see answers exactly like what does not exist: 404.
""".strip()

TAGS = {
    "tickets": "Find, read and open tickets, and one address for each thing that can be asked of them.",
    "events": "What happens, as it happens.",
    "audit": "Who did what when, and the proof that nobody rewrote it. For administrators.",
    "views": "Filters with a name, and how many tickets each finds.",
    "files": "What is sent along with messages: handed in once, attached by id, given out to whoever may read them.",
    "bulk edits": "The same for many tickets, with one report.",
    "macros": "Several actions under one name, and texts with placeholders.",
    "queues": "Where tickets wait for a team, and who may do what there.",
    "states": "The states that tickets can be in, and what each means.",
    "fields": "What tickets carry beyond what every ticket has: custom fields, set up while the platform runs.",
    "people": "Agents, supervisors, administrators, customers and robots.",
    "organisations": "The companies of customers.",
    "metrics": "Numbers, and the tickets behind them.",
    "analysis": "Honest durations, flow, forecast and staffing.",
    "search": "Full text over tickets and messages.",
    "session": "Signing in and out, one's own password, and looking with another's eyes.",
    "tokens": "Keys for programs.",
    "health": "Whether and how well the platform runs.",
}
SECURITY = {
    "token": {"type": "http", "scheme": "bearer", "description": "An API token (`cq_…`)."},
    "session": {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": "A browser's session."},
}
OPEN = {("/api/v1/session", "post"), ("/api/v1/health", "get"), ("/api/v1/health/live", "get")}
"""What needs no sign-in."""

IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Any string of your own. The same request with the same key is done once; later ones get the first"
    " one's answer again, for 24 hours.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": f"^{KEY}$"},
}
ETAG = {"ETag": {"description": "The ticket's version, for If-Match.", "schema": {"type": "string"}}}


def describe(api: FastAPI) -> None:
    """Have `api.openapi()` give the whole description, made once."""

    def openapi() -> dict[str, Any]:
        if api.openapi_schema is None:
            api.openapi_schema = _description(api)
        return api.openapi_schema

    api.openapi = openapi  # type: ignore[method-assign]


def _description(api: FastAPI) -> dict[str, Any]:
    schema = get_openapi(title=api.title, version=api.version, description=ABOUT, routes=api.routes)
    components = schema.setdefault("components", {})
    components["securitySchemes"] = SECURITY
    components.setdefault("schemas", {})["Problem"] = Problem.model_json_schema(
        mode="serialization", ref_template="#/components/schemas/{model}"
    )
    components["schemas"].update(components["schemas"]["Problem"].pop("$defs", {}))
    schema["tags"] = [{"name": name, "description": about} for name, about in TAGS.items()]
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            operation["security"] = [] if (path, method) in OPEN else [{"token": []}, {"session": []}]
            if method != "get" and (path, method) not in OPEN:
                operation.setdefault("parameters", []).append(IDEMPOTENCY_KEY)
            _tidy(operation, path)
    return schema


def _tidy(operation: dict[str, Any], path: str) -> None:
    """Problems have one media type, not FastAPI's two; tickets carry an ETag; a header left out has no value."""
    for parameter in operation.get("parameters", []):
        if parameter["in"] == "header":
            parameter["schema"].pop("default", None)
    for status, response in operation["responses"].items():
        content = response.get("content", {})
        if MEDIA_TYPE in content:
            content.pop("application/json", None)
        elif status.startswith("2") and path.startswith("/api/v1/tickets") and _is_ticket(content):
            response["headers"] = ETAG


def _is_ticket(content: dict[str, Any]) -> bool:
    schema = content.get("application/json", {}).get("schema", {})
    return bool(schema.get("$ref") == "#/components/schemas/TicketAnswer")
