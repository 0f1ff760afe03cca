"""The virus scanner: a real clamd with one signature of our own. Where clamd is not installed, they are skipped."""

import hashlib
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.files import clamd
from app.files.examine import examine
from core.settings import Settings
from tests.api.house import ApiHouse, api_house
from tests.databases import reachable_folder
from tests.files.test_api import sent

VIRUS = b"This stands for a virus; its hash is the only signature that our scanner knows."


@pytest.fixture(scope="module")
def scanner() -> Iterator[str]:
    """The socket of a clamd that knows one virus."""
    program = shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin")
    if program is None:
        pytest.skip("clamd is not installed (apt-get install clamav-daemon)")
    with reachable_folder() as folder:
        known = f"{hashlib.md5(VIRUS, usedforsecurity=False).hexdigest()}:{len(VIRUS)}:Our.Own.Virus\n"
        (folder / "signatures").mkdir()
        (folder / "signatures" / "own.hdb").write_text(known)
        socket = folder / "clamd.sock"
        config = {"DatabaseDirectory": folder / "signatures", "LocalSocket": socket, "Foreground": "yes"}
        (folder / "clamd.conf").write_text("".join(f"{name} {value}\n" for name, value in config.items()))
        with (folder / "clamd.log").open("w") as log:
            running = subprocess.Popen([program, "-c", folder / "clamd.conf"], stdout=log, stderr=log)
        try:
            while not socket.exists():
                assert running.poll() is None, (folder / "clamd.log").read_text()
                time.sleep(0.05)
            yield str(socket)
        finally:
            running.terminate()
            running.wait()


@pytest.fixture(scope="module")
def house(module_database_url: str, tmp_path_factory: pytest.TempPathFactory, scanner: str) -> Iterator[ApiHouse]:
    """An API whose files are scanned."""
    with api_house(module_database_url, tmp_path_factory.mktemp("data"), clamd=scanner) as made:
        yield made


def test_clamd_tells_a_virus_from_a_letter(scanner: str) -> None:
    assert clamd.finding(scanner, [b"Dear ", b"", b"Ana"]) == ""
    assert clamd.finding(scanner, [VIRUS[:10], VIRUS[10:]]).startswith("Our.Own.Virus")


def test_a_clean_file_is_given_out_once_it_was_scanned(house: ApiHouse) -> None:
    file = sent(house.cleo, b"clean")
    path = f"/api/v1/files/{file['id']}"
    assert file["state"] == "pending"
    assert (house.cleo.get(path).status_code, house.cleo.get(path).json()["code"]) == (409, "file_is_being_scanned")
    examine(house.settings)
    assert house.cleo.get(path).content == b"clean"
    assert sent(house.ana, b"clean")["state"] == "kept"


def test_an_infected_file_is_never_given_out_nor_read(house: ApiHouse) -> None:
    file = sent(house.cleo, VIRUS)
    ticket = house.opened(attachments=[file["id"]])
    examine(house.settings)
    for part in ("", "/views/thumbnail", "/text"):
        answer = house.cleo.get(f"/api/v1/files/{file['id']}{part}")
        assert (answer.status_code, answer.json()["code"]) == (423, "file_is_quarantined")
    (message,) = house.ana.get(f"/api/v1/tickets/{ticket['id']}/messages").json()["items"]
    assert message["attachments"][0]["state"] == "quarantined"
    with house.database.reading() as session:
        texts = session.execute(sa.text("select count(*) from file_text where sha256 = :h"), {"h": file["sha256"]})
        assert texts.scalar_one() == 0
        told = session.execute(sa.text("select payload from event_pending where kind = 'file.scanned'")).scalars()
        assert {"sha256": file["sha256"], "is_infected": True} in list(told)


def test_while_the_scanner_is_away_files_wait(house: ApiHouse, tmp_path: Path) -> None:
    file = sent(house.cleo, b"patience")
    away = Settings(**{**house.settings.model_dump(), "clamd": str(tmp_path / "nobody.sock")})
    assert examine(away) == {"scanned": 0, "read": 0}
    assert house.cleo.get(f"/api/v1/files/{file['id']}").status_code == 409
    examine(house.settings)
    assert house.cleo.get(f"/api/v1/files/{file['id']}").status_code == 200
