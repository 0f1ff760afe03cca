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
        self.policies = sorted(given.items(), key=lambda one: -len(one[0]))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and dress the answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        policy = next((policy for prefix, policy in self.policies if scope["path"].startswith(prefix)), PAGES)

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = [(name.lower(), value) for name, value in message["headers"]]
                has = {name for name, _ in given}
                wanted = {b"content-security-policy": policy, **ALWAYS}
                if scope["path"].startswith("/api/"):
                    wanted[b"cache-control"] = b"no-store"
                message["headers"] = given + [(name, value) for name, value in wanted.items() if name not in has]
            await send(message)

        await self.app(scope, receive, dressed)
