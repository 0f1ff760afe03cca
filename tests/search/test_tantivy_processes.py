"""Tantivy across processes: one writes, others read, and any of them may be killed at any moment."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.actor import ALL
from core.errors import Unavailable
from core.settings import Settings
from search import open_index, parse
from search.tantivy_index import FORMAT, TantivyIndex
from tests.search.cast import ticket

FOLDER = f"tantivy-{FORMAT}"


@contextmanager
def writer(folder: Path, until: int) -> Iterator["subprocess.Popen[str]"]:
    """A writer that has reached a position, SIGKILLed in mid-write at the end of the block."""
    command = [sys.executable, "-m", "tests.search.writer_process", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            while int(process.stdout.readline()) < until:
                pass
            yield process
        finally:
            process.kill()


def test_a_killed_writer_leaves_documents_and_cursor_that_agree(tmp_path: Path) -> None:
    for until in (3, 6, 12):
        with writer(tmp_path, until):
            pass
        index = TantivyIndex(tmp_path, writer=True)
        assert index.position() >= until
        assert index.count() == index.position() == len(dict(index.versions()))
        assert index.search(parse(f"#{index.position()}"), ALL).jump is not None
        index.close()


def test_a_reader_sees_what_another_process_commits(tmp_path: Path) -> None:
    reader = TantivyIndex(tmp_path, writer=False)
    with writer(tmp_path, 1) as process:
        assert process.stdout
        for _ in range(5):
            told = int(process.stdout.readline())
            assert reader.position() >= told
            assert reader.search(parse(f"#{told}"), ALL).total >= 1


def test_many_threads_ask_while_another_process_commits(tmp_path: Path) -> None:
    reader = TantivyIndex(tmp_path, writer=False)

    def look(_: int) -> bool:
        result = reader.search(parse("printer jam"), ALL, limit=50)
        return result.total >= len(result.hits) > 0

    with writer(tmp_path, 3), ThreadPoolExecutor(8) as threads:
        assert all(threads.map(look, range(200)))


def test_a_second_writer_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with writer(tmp_path, 1), pytest.raises(Unavailable, match="Another process is writing the search index"):
        TantivyIndex(tmp_path, writer=True)


def test_the_lock_goes_when_the_writer_closes(tmp_path: Path) -> None:
    for position in (1, 2, 3):
        index = TantivyIndex(tmp_path, writer=True)
        index.commit(position)
        index.close()
    assert TantivyIndex(tmp_path, writer=False).position() == 3


@pytest.mark.parametrize("harm", ["meta.json", "*.store", "*.term", "*"])
def test_a_damaged_index_starts_anew_when_written_and_says_so_when_read(tmp_path: Path, harm: str) -> None:
    index = TantivyIndex(tmp_path, writer=True)
    index.put([ticket("Printer", number=1)])
    index.commit(5)
    index.close()
    for file in (tmp_path / FOLDER).glob(harm):
        file.write_bytes(b"nonsense")
    with pytest.raises(Unavailable, match="cannot be read"):
        TantivyIndex(tmp_path, writer=False).search(parse("printer"), ALL)
    index = TantivyIndex(tmp_path, writer=True)
    assert (index.position(), index.count()) == (0, 0)
    index.put([ticket("Printer", number=1)])
    index.commit(6)
    assert index.search(parse("printer"), ALL).total == 1
    index.close()


def test_readers_outlive_an_index_that_is_thrown_away(tmp_path: Path) -> None:
    reader, index = TantivyIndex(tmp_path, writer=False), TantivyIndex(tmp_path, writer=True)
    index.put([ticket("Printer", number=1)])
    index.commit(5)
    assert reader.count() == 1
    index.close()
    shutil.rmtree(tmp_path / FOLDER)
    assert (reader.count(), reader.position()) == (0, 0)
    index = TantivyIndex(tmp_path, writer=True)
    index.put([ticket("Scanner", number=2), ticket("Scanner", number=3)])
    index.commit(1)
    assert (reader.count(), reader.position()) == (2, 1)
    index.close()


def test_an_index_of_another_format_is_removed(tmp_path: Path) -> None:
    old = tmp_path / "tantivy-0"
    old.mkdir()
    TantivyIndex(tmp_path, writer=True).close()
    assert not old.exists()


def test_the_settings_choose_the_folder(tmp_path: Path) -> None:
    index = open_index(Settings(data_dir=tmp_path), writer=True)
    index.commit(1)
    index.close()
    assert open_index(Settings(data_dir=tmp_path)).position() == 1
    assert (tmp_path / "search" / FOLDER / "meta.json").exists()
