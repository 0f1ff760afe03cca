"""All named fail points, as the code has them."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
CALL = re.compile(r'failpoint\("([a-z_.]+)"\)')


def all_failpoints() -> list[str]:
    """Every name that the code passes to `failpoint`."""
    packages = ("core", "search", "analytics", "etl", "app", "dashboards")
    sources = [file.read_text(encoding="utf-8") for package in packages for file in (ROOT / package).rglob("*.py")]
    return sorted({name for source in sources for name in CALL.findall(source)})
