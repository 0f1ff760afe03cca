"""`python -m bench [ONLY]`: run every module here that has `run() -> dict`, and print one JSON line for each."""

import importlib
import json
import pkgutil
import sys
from typing import Any

import bench
from bench.machine import machine


def main(only: str | None) -> None:
    """One JSON line a measurement, as soon as it is there."""
    for found in pkgutil.iter_modules(bench.__path__):
        if found.name.startswith("_") or only not in (None, found.name):
            continue
        run = getattr(importlib.import_module(f"bench.{found.name}"), "run", None)
        if run is not None:
            answer: dict[str, Any] = {"bench": found.name, **run(), **machine()}
            print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None)
