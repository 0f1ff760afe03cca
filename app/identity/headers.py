"""Security headers on every answer. A page that needs more than the strict default says so in its own answer."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

PAGES = (
    b"default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self';"
    b" frame-ancestors 'none'"
)
API = b"default-src 'none'; frame-ancestors 'none'"
ALWAYS = {
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"referrer-policy": b"same-origin",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"permissions-policy": b"camera=(), microphone=(), geolocation=()",
}


class HeadersMiddleware:
    """Adds what is missing; `policies` maps path prefixes to Content-Security-Policies (the longest prefix wins)."""

    def __init__(self, app: ASGIApp, policies: dict[str, str] | None = None) -> None:
        self.app = app
        given = {"/api/": API, **{prefix: policy.encode() for prefix, policy in (policies or {}).items()}}
        self.policies = [
            (prefix, _dress(policy, prefix)) for prefix, policy in sorted(given.items(), key=lambda one: -len(one[0]))
        ]
        self.pages = _dress(PAGES, "/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and dress the answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path, wanted = scope["path"], self.pages
        for prefix, dress in self.policies:
            if path.startswith(prefix):
                wanted = dress
                break

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                has = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *[one for one in wanted if one[0] not in has]]
            await send(message)

        await self.app(scope, receive, dressed)


def _dress(policy: bytes, prefix: str) -> list[tuple[bytes, bytes]]:
    """The headers for everything below a path prefix."""
    kept_nowhere = {b"cache-control": b"no-store"} if prefix.startswith("/api/") else {}
    return [*{b"content-security-policy": policy, **ALWAYS, **kept_nowhere}.items()]
