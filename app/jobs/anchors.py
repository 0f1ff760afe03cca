"""The ledger's head, noted outside of the database once a day: who rewrites history no longer agrees with the book.

The hash chain alone shows a single forged row; whoever may write the whole database can forge the chain behind it
too. A copy of this file elsewhere cannot be forged along.
"""

from pathlib import Path

import psycopg

from core import clock
from core.settings import Settings
from etl.laws.law import Finding


def book(settings: Settings) -> Path:
    """The file: one line a day, `date position hash`."""
    return settings.data_dir / "anchors.txt"


def write(settings: Settings) -> bool:
    """Write today's line. Returns whether it did: not twice a day, and not for an empty ledger."""
    today = clock.now().date().isoformat()
    with psycopg.connect(settings.database_url, connect_timeout=3) as connection:
        head = connection.execute("select position, hash from event order by position desc limit 1").fetchone()
    if head is None or any(line.startswith(today) for line in _lines(settings)):
        return False
    with book(settings).open("a", encoding="utf-8") as file:
        file.write(f"{today} {head[0]} {head[1].hex()}\n")
    return True


def ledger_agrees_with_its_anchors(settings: Settings) -> Finding:
    """Every anchor's position still has the hash that it had on its day."""
    finding = Finding()
    with psycopg.connect(settings.database_url, connect_timeout=3) as connection:
        for line in _lines(settings):
            day, position, then = line.split()
            row = connection.execute("select hash from event where position = %s", (int(position),)).fetchone()
            finding.checked += 1
            if row is None or row[0].hex() != then:
                finding.add(f"position {position} was another event on {day}")
    return finding


def _lines(settings: Settings) -> list[str]:
    path = book(settings)
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []
