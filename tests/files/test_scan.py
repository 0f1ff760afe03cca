"""The virus scanner: a real clamd with one signature of our own. Where clamd is not installed, they are skipped."""

import hashlib
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app.files import clamd
from app.files.examine import examine
from app.files.scanning import rescan
from core import clock
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
        address = folder / "clamd.sock"
        config = {
            "DatabaseDirectory": folder / "signatures", "LocalSocket": address, "Foreground": "yes",
            "StreamMaxLength": "1M",
        }  # fmt: skip
        (folder / "clamd.conf").write_text("".join(f"{name} {value}\n" for name, value in config.items()))
        with (folder / "clamd.log").open("w") as log:
            running = subprocess.Popen([program, "-c", folder / "clamd.conf"], stdout=log, stderr=log)
        try:
            while not address.exists():
                assert running.poll() is None, (folder / "clamd.log").read_text()
                time.sleep(0.05)
            yield str(address)
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
        assert {"sha256": file["sha256"], "is_infected": True, "is_too_large": False} in list(told)


def test_while_the_scanner_is_away_files_wait(house: ApiHouse, tmp_path: Path) -> None:
    file = sent(house.cleo, b"patience")
    away = Settings(**{**house.settings.model_dump(), "clamd": str(tmp_path / "nobody.sock")})
    assert examine(away) == {"scanned": 0, "read": 0}
    assert house.cleo.get(f"/api/v1/files/{file['id']}").status_code == 409
    examine(house.settings)
    assert house.cleo.get(f"/api/v1/files/{file['id']}").status_code == 200


LARGE = b"A long letter. " * 100_000
"""More than our clamd takes."""


def test_what_is_too_large_for_the_scanner_is_held_back_and_says_so(house: ApiHouse) -> None:
    file = sent(house.cleo, LARGE)
    examine(house.settings)
    answer = house.cleo.get(f"/api/v1/files/{file['id']}")
    assert (answer.status_code, answer.json()["code"]) == (423, "file_was_not_scanned")
    assert house.cleo.get(f"/api/v1/files/{file['id']}/about").json()["state"] == "unscanned"
    assert examine(house.settings) == {"scanned": 0, "read": 0}, "it waits for nothing"


def test_where_the_house_says_so_it_is_handed_out_unscanned(house: ApiHouse) -> None:
    generous = Settings(**{**house.settings.model_dump(), "too_large_to_scan": "hand_out"})
    file = sent(house.cleo, LARGE + b"Another.")
    examine(generous)
    assert house.cleo.get(f"/api/v1/files/{file['id']}").content == LARGE + b"Another."
    assert _told(house, file) == [{"sha256": file["sha256"], "is_infected": False, "is_too_large": True}]


NEWS = b"Harmless until somebody finds out that it is not."


def test_old_contents_are_scanned_again_when_the_scanner_has_learnt_something(house: ApiHouse, scanner: str) -> None:
    file = sent(house.cleo, NEWS)
    house.opened(attachments=[file["id"]])
    examine(house.settings)
    assert rescan(house.settings)["rescanned"] == 0, "it has seen them all"
    _learn(house, scanner, {"Our.Own.Virus": VIRUS, "Bad.News": NEWS})
    assert rescan(house.settings)["rescanned"] > 0
    assert house.cleo.get(f"/api/v1/files/{file['id']}").status_code == 423
    _learn(house, scanner, {"Our.Own.Virus": VIRUS})
    rescan(house.settings)
    assert house.cleo.get(f"/api/v1/files/{file['id']}").content == NEWS
    assert [one["is_infected"] for one in _told(house, file)] == [False, True, False]
    with house.database.reading() as session:
        read = "select count(*) from event_pending where kind = 'file.read' and payload ->> 'sha256' = :h"
        assert session.execute(sa.text(read), {"h": file["sha256"]}).scalar_one() == 3, "search looks again"


def test_an_hour_has_its_budget(house: ApiHouse) -> None:
    """The first content goes over it, and nothing more is scanned in this hour."""
    for n in range(3):
        sent(house.cleo, b"x" * 700_000 + bytes([n]))
    examine(house.settings)
    _forget(house)
    small = Settings(**{**house.settings.model_dump(), "rescan_mb_per_hour": 1})
    with clock.at(clock.now() + timedelta(hours=2)):
        assert rescan(small)["rescanned"] in range(2, 20)
        assert rescan(small) == {"rescanned": 0, "bytes": 0}
    with clock.at(clock.now() + timedelta(hours=4)):
        assert rescan(small)["rescanned"] > 0


def _learn(house: ApiHouse, scanner: str, known: dict[str, bytes]) -> None:
    """Give the scanner other signatures. (Ours have no version of their own, so what was scanned is marked as old.)"""
    own = Path(scanner).parent / "signatures" / "own.hdb"
    own.write_text("".join(f"{_md5(content)}:{len(content)}:{name}\n" for name, content in known.items()))
    with socket.socket(socket.AF_UNIX) as link:
        link.connect(scanner)
        link.sendall(b"zRELOAD\0")
        link.recv(100)
    deadline = 200
    while bool(clamd.finding(scanner, [NEWS])) != ("Bad.News" in known) and (deadline := deadline - 1):
        time.sleep(0.05)
    _forget(house)


def _forget(house: ApiHouse) -> None:
    with house.database.transaction() as session:
        session.execute(sa.text("update file set scanned_with = 'older'"))


def _md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def _told(house: ApiHouse, file: dict[str, Any]) -> list[dict[str, Any]]:
    told = "select payload from event_pending where kind = 'file.scanned' and payload ->> 'sha256' = :h order by seq"
    with house.database.reading() as session:
        return list(session.execute(sa.text(told), {"h": file["sha256"]}).scalars())
