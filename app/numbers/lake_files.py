"""`clearqueue export-lake`: the whole lake as Parquet files, for engines on other machines (docs/outgrowing.md)."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from analytics.lake import open_reader
from analytics.lake_export import export_lake
from app.audit.exports import note_export
from app.db import Database
from core.actor import SYSTEM
from core.errors import Invalid
from core.settings import Settings


def write_lake(settings: Settings, folder: Path) -> Iterator[tuple[str, int]]:
    """Write the tables into a folder, made if it is not there; tells of each. It is an event, like any export."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        rows = 0
        with open_reader(settings) as lake:
            for name, count in export_lake(lake, folder):
                rows += count
                yield name, count
    except OSError as trouble:
        raise Invalid(f"{folder} cannot be written to: {trouble.strerror or trouble}.") from trouble
    with closing(Database(settings.database_url, most_connections=1)) as database:
        note_export(database, SYSTEM, "the whole lake", "parquet", rows)
