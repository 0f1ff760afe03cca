"""On what a figure was measured."""

import os
import platform
from importlib.metadata import version
from typing import Any


def machine() -> dict[str, Any]:
    """Cores, load and versions: without them a figure says nothing."""
    return {
        "cores": os.cpu_count(),
        "load_1m": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in ("fastapi", "psycopg", "sqlalchemy", "duckdb", "uvicorn")},
    }
