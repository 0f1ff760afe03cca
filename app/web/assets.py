"""Static files, kept in memory under one fingerprint: a changed file is a new address, so browsers keep them a year."""

import hashlib
import mimetypes
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, Response

from core.errors import NotFound

YEAR = "public, max-age=31536000, immutable"
mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("image/svg+xml", ".svg")


@dataclass(frozen=True, slots=True)
class Assets:
    """All static files by name, and the digest of them all (they refer to each other by relative addresses)."""

    files: dict[str, bytes]
    version: str

    @classmethod
    def of(cls, folders: Iterable[Path]) -> "Assets":
        """Read whole folders; a name may stand in one of them only."""
        files: dict[str, bytes] = {}
        for folder in folders:
            for path in sorted(folder.iterdir()):
                if path.name in files:
                    raise ValueError(f"two static files are called {path.name}")
                files[path.name] = path.read_bytes()
        digest = hashlib.sha256()
        for name, content in sorted(files.items()):
            digest.update(name.encode() + b"\0" + content)
        return cls(files, digest.hexdigest()[:12])

    def url(self, name: str) -> str:
        """The address of one file; unknown names fail when the page is made, not when it is looked at."""
        if name not in self.files:
            raise KeyError(name)
        return f"/static/{self.version}/{name}"

    def routes(self) -> APIRouter:
        """`GET /static/{version}/{name}`. An old version gets today's file, uncached."""
        router = APIRouter(include_in_schema=False)

        @router.get("/static/{version}/{name}")
        def static_file(version: str, name: str) -> Response:
            if name not in self.files:
                raise NotFound("There is no such file.")
            return Response(
                self.files[name],
                media_type=mimetypes.guess_type(name)[0] or "text/plain",
                headers={"Cache-Control": YEAR if version == self.version else "no-cache"},
            )

        return router
