"""One folder, one Clearqueue; and one clear sentence when a folder cannot be used."""

import os
from pathlib import Path

import pytest

from app.platform import datafolder
from app.platform.account import Account
from app.platform.datafolder import DataFolder, FolderInUse, FolderUnusable, Holder
from core.settings import Settings

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root lends PostgreSQL a user of its own")


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    made = DataFolder(tmp_path / "data", None)
    datafolder.prepare(made)
    return made


def test_a_second_one_is_told_who_is_there(folder: DataFolder) -> None:
    with datafolder.held(folder, "up") as publish:
        publish("http://127.0.0.1:8600", "postgresql://somewhere")
        with pytest.raises(FolderInUse, match=rf"already running .*pid {os.getpid()}, http://127.0.0.1:8600"):
            datafolder.held(folder, "up").__enter__()


def test_a_free_folder_has_no_holder(folder: DataFolder) -> None:
    with datafolder.held(folder, "rebuild"):
        assert datafolder.holder(folder) == Holder(os.getpid(), "rebuild")
    assert datafolder.holder(folder) is None


def test_a_command_at_work_is_named(folder: DataFolder) -> None:
    refusal = datafolder.in_use(folder, Holder(7, "rebuild"))
    assert refusal.sentence.startswith("`clearqueue rebuild` (pid 7) is working on")


def test_a_file_in_the_way_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("not a folder")
    with pytest.raises(FolderUnusable, match="cannot be written"):
        datafolder.prepare(DataFolder(tmp_path / "data", None))


@as_root
def test_a_chosen_folder_behind_a_closed_door_is_refused_by_the_doors_name(open_folder: Path) -> None:
    home = open_folder / "home"
    home.mkdir(mode=0o700)
    with pytest.raises(FolderUnusable, match=f"may not enter {home}"):
        datafolder.locate(Settings(data_dir=home / "clearqueue" / "data"))


@as_root
def test_the_default_folder_moves_out_of_a_private_home(open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = open_folder / "home"
    (home / "clone").mkdir(parents=True)
    home.chmod(0o700)
    monkeypatch.chdir(home / "clone")
    moved = datafolder.locate(Settings())
    assert moved.moved_from == home / "clone" / "data"
    assert moved.path.parent == datafolder.REFUGE
    assert moved == datafolder.locate(Settings())


def test_the_bits_decide_who_may_enter(tmp_path: Path) -> None:
    stranger = Account("stranger", uid=54321, gid=54321)
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o701)
    (tmp_path / "closed").mkdir()
    (tmp_path / "closed").chmod(0o770)
    assert stranger.may_enter(tmp_path / "open")
    assert not stranger.may_enter(tmp_path / "closed")
