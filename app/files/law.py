"""The law of the files: every content that a row tells of is in the store, and is what its hash says."""

import hashlib
from contextlib import closing

from app.files.store import ContentMissing, open_store
from core.settings import Settings
from etl.connection import connect
from etl.laws.law import Finding

TOLD_OF = """
    select sha256, size_bytes from file
    union
    select view_sha256, size_bytes from file_view where view_sha256 is not null
    order by 1
"""


def contents_are_there(settings: Settings) -> Finding:
    """Read each content and hash it anew."""
    store, finding = open_store(settings), Finding()
    with closing(connect(settings.database_url, "verify files", statement_seconds=0)) as connection:
        told = connection.execute(TOLD_OF).fetchall()
    for sha256, size_bytes in told:
        finding.checked += 1
        hashed, size = hashlib.sha256(), 0
        try:
            for piece in store.read(sha256):
                hashed.update(piece)
                size += len(piece)
        except ContentMissing:
            finding.add(f"content {sha256} is not in the store")
            continue
        if (hashed.hexdigest(), size) != (sha256, size_bytes):
            finding.add(f"content {sha256} is in the store, but is another")
    return finding
