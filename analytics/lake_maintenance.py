"""House-keeping in the writer, between batches: small rows and files become few large ones, old snapshots go."""

from analytics.lake import Lake

KEEP_SNAPSHOTS = "7 days"
"""How far back the lake can be read as it was known then."""

GRACE = "1 day"
"""How long a file that no snapshot names is left alone: longer than any reader's query or any unfinished write."""


def maintain(lake: Lake) -> None:
    """Flush, merge, expire, clean up. The rows stay the same; readers go on reading."""
    with lake.cursor() as cursor:
        cursor.execute("delete from cursor where position < (select max(position) from cursor)")
        cursor.execute("call ducklake_flush_inlined_data('lake')")
        cursor.execute("call ducklake_rewrite_data_files('lake')")
        cursor.execute("call ducklake_merge_adjacent_files('lake')")
        cursor.execute(f"call ducklake_expire_snapshots('lake', older_than => now() - interval '{KEEP_SNAPSHOTS}')")
        cursor.execute(f"call ducklake_cleanup_old_files('lake', older_than => now() - interval '{GRACE}')")
        cursor.execute(f"call ducklake_delete_orphaned_files('lake', older_than => now() - interval '{GRACE}')")
