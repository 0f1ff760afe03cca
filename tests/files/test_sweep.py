"""Contents go when nothing uses them, after their days of grace, and a crash leaves only garbage that goes, too."""

import hashlib
import os
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.files.law import contents_are_there
from app.files.store import open_store
from app.files.sweep import sweep
from core import clock
from tests.api.house import ApiHouse
from tests.files.test_api import attached, sent

DAYS = 8


def _later(house: ApiHouse, days: int = DAYS) -> dict[str, int]:
    with clock.at(clock.now() + timedelta(days=days)):
        return sweep(house.settings)


def _is_kept(house: ApiHouse, sha256: str) -> bool:
    return open_store(house.settings).has(sha256)


def _hash(house: ApiHouse, file_id: str) -> str:
    with house.database.reading() as session:
        found = session.execute(sa.text("select sha256 from attachment where id = :id"), {"id": file_id})
        return str(found.scalar_one())


def test_an_upload_that_was_never_sent_goes_after_its_days_of_grace(house: ApiHouse) -> None:
    file = sent(house.cleo, b"changed my mind")
    _later(house, 6)
    assert house.cleo.get(f"/api/v1/files/{file['id']}").status_code == 200
    _later(house)
    assert house.cleo.get(f"/api/v1/files/{file['id']}").status_code == 404
    assert _is_kept(house, file["sha256"])  # unused since today: its own days of grace begin
    _later(house, 2 * DAYS)
    assert not _is_kept(house, file["sha256"])


def test_what_a_message_shows_stays_for_ever(house: ApiHouse) -> None:
    file = attached(house, content=b"an invoice")
    for n in range(1, 5):
        _later(house, n * DAYS)
    assert house.cleo.get(f"/api/v1/files/{file}").content == b"an invoice"


def test_a_content_that_is_sent_again_in_its_days_of_grace_stays(house: ApiHouse) -> None:
    file = sent(house.cleo, b"here and there")
    _later(house)
    attached(house, content=b"here and there")
    _later(house, 2 * DAYS)
    assert _is_kept(house, file["sha256"])


def test_a_content_without_a_row_is_garbage_and_goes(house: ApiHouse, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"the crash came before the row")
    sha256 = hashlib.sha256((tmp_path / "x").read_bytes()).hexdigest()
    open_store(house.settings).put(sha256, tmp_path / "x")
    sweep(house.settings)
    assert _is_kept(house, sha256)
    assert _later(house, 2)["content"] == 1
    assert not _is_kept(house, sha256)


def test_what_a_crash_left_of_an_upload_goes(house: ApiHouse) -> None:
    house.settings.incoming_path.mkdir(parents=True, exist_ok=True)
    left = house.settings.incoming_path / "left.part"
    left.write_bytes(b"half")
    assert (sweep(house.settings)["incoming"], left.exists()) == (0, True)
    assert (_later(house, 2)["incoming"], left.exists()) == (1, False)


def test_every_content_is_there_with_its_hash(house: ApiHouse) -> None:
    attached(house, content=os.urandom(100_000))
    finding = contents_are_there(house.settings)
    assert (finding.checked > 0, finding.wrong) == (True, 0)


@pytest.mark.parametrize("harm", ["lost", "changed"])
def test_a_lost_or_changed_content_is_found(house: ApiHouse, harm: str) -> None:
    sha256 = _hash(house, attached(house, content=b"precious " + harm.encode()))
    path = Path(house.settings.files_path) / sha256[:2] / sha256
    before = path.read_bytes()
    path.write_bytes(b"another") if harm == "changed" else path.unlink()
    finding = contents_are_there(house.settings)
    path.write_bytes(before)
    assert finding.wrong == 1
    assert sha256 in finding.examples[0]
