"""House-keeping in the writer, between batches: small rows and files become few larger ones, what is past goes.

A commit keeps what it replaces, for readers that are still looking at it. Nobody asks the lake for its own past (past
instants are answered from the events), so an hour is plenty; a week of it would be a hundred times the lake.
"""

from datetime import UTC, timedelta

from analytics.lake import Lake, reaching
from core import clock

KEEP = timedelta(hours=1)
"""How long a reader may go on looking at one moment of the lake."""

ORPHANED = timedelta(days=1)
"""A file that the catalogue does not name is left alone this long: an unfinished write may still come to name it."""

MERGED_BYTES = 16_000_000
"""Files below this are merged each time; larger ones stay, so that the same rows are not written over and over."""

DELETED_SHARE = 0.1
"""A file is written anew when this share of its rows has been deleted."""


def maintain(lake: Lake, keep: timedelta = KEEP, orphaned: timedelta = ORPHANED) -> None:
    """Flush, rewrite, merge, expire, clean up, each in a transaction of its own. The rows stay the same."""
    past, forgotten = _before(keep), _before(orphaned)
    with reaching(), lake.cursor() as cursor:
        for step in (
            "delete from cursor where position < (select max(position) from cursor)",
            "call ducklake_flush_inlined_data('lake')",
            f"call ducklake_rewrite_data_files('lake', delete_threshold => {DELETED_SHARE})",
            f"call ducklake_merge_adjacent_files('lake', max_file_size => {MERGED_BYTES})",
            f"call ducklake_expire_snapshots('lake', older_than => {past})",
            f"call ducklake_cleanup_old_files('lake', older_than => {past})",
            f"call ducklake_delete_orphaned_files('lake', older_than => {forgotten})",
        ):
            cursor.execute(step).to_arrow_table()  # draws every row: what is not drawn may not have happened


def _before(age: timedelta) -> str:
    return f"timestamptz '{(clock.now() - age).astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}+00'"
