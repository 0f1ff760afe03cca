"""The contract of every store: contents by hash, whole or not at all, in pieces, in ranges."""

import hashlib
import os
from pathlib import Path

import pytest

from app.files.store import ContentMissing, Store
from core import clock
from core.errors import Unavailable


def _put(store: Store, folder: Path, content: bytes) -> str:
    path = folder / "sent.bin"
    path.write_bytes(content)
    sha256 = hashlib.sha256(content).hexdigest()
    store.put(sha256, path)
    return sha256


@pytest.mark.parametrize("size", [0, 1, 300_000, 7_000_000])
def test_what_is_put_is_read_again_byte_for_byte(store: Store, tmp_path: Path, size: int) -> None:
    content = os.urandom(size)
    sha256 = _put(store, tmp_path, content)
    assert store.has(sha256)
    assert b"".join(store.read(sha256)) == content


def test_a_large_content_comes_in_pieces(store: Store, tmp_path: Path) -> None:
    sha256 = _put(store, tmp_path, os.urandom(5_000_000))
    pieces = [len(piece) for piece in store.read(sha256)]
    assert (sum(pieces), max(pieces) < 2_000_000) == (5_000_000, True)


@pytest.mark.parametrize(("start", "end"), [(0, 1), (5, 9), (99_999, 100_000), (70_000, None), (0, 100_000), (5, 5)])
def test_a_range_is_that_part_of_it(store: Store, tmp_path: Path, start: int, end: int | None) -> None:
    content = os.urandom(100_000)
    sha256 = _put(store, tmp_path, content)
    assert b"".join(store.read(sha256, start, end)) == content[start:end]


def test_putting_twice_keeps_one(store: Store, tmp_path: Path) -> None:
    first, second = _put(store, tmp_path, b"same"), _put(store, tmp_path, b"same")
    assert first == second
    assert [sha256 for sha256, _ in store.everything()] == [first]


def test_everything_tells_when_it_was_put(store: Store, tmp_path: Path) -> None:
    sha256 = _put(store, tmp_path, b"now")
    ((name, put_at),) = store.everything()
    assert name == sha256
    assert abs((clock.now() - put_at).total_seconds()) < 60


def test_what_is_removed_is_gone_and_removing_again_does_nothing(store: Store, tmp_path: Path) -> None:
    sha256 = _put(store, tmp_path, b"gone")
    store.remove(sha256)
    store.remove(sha256)
    assert not store.has(sha256)
    with pytest.raises(ContentMissing):
        next(store.read(sha256))


def test_a_program_gets_it_as_a_local_file(store: Store, tmp_path: Path) -> None:
    with store.local(_put(store, tmp_path, b"local")) as path:
        assert path.read_bytes() == b"local"


@pytest.mark.parametrize("name", ["../../etc/passwd", "x", "A" * 64, "a" * 63 + "/", "a" * 64 + "\n", ""])
def test_nothing_but_a_hash_is_a_name(store: Store, tmp_path: Path, name: str) -> None:
    for attempt in (lambda: store.put(name, tmp_path / "x"), lambda: store.has(name), lambda: store.remove(name)):
        with pytest.raises(ValueError, match="SHA-256"):
            attempt()


def test_a_bucket_that_is_away_is_told_of_in_a_sentence(tmp_path: Path) -> None:
    from app.files.store import open_store
    from tests.files.conftest import in_bucket

    away = open_store(in_bucket("http://127.0.0.1:9", tmp_path))
    with pytest.raises(Unavailable, match="cannot be reached"):
        away.has("a" * 64)
