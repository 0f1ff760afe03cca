"""Which methods an address knows."""

import re
from functools import cache

from fastapi import FastAPI


def allowed_methods(api: FastAPI, path: str) -> list[str]:
    """Every method that an address of the API knows (the router tells those of its first route only)."""
    for pattern, methods in _patterns(api):
        if pattern.fullmatch(path):
            return methods
    return []


@cache
def _patterns(api: FastAPI) -> list[tuple[re.Pattern[str], list[str]]]:
    paths = sorted(api.openapi()["paths"].items(), key=lambda one: one[0].count("{"))
    return [
        (re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path))), sorted(method.upper() for method in operations))
        for path, operations in paths
    ]
