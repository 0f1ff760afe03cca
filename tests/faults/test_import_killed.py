"""SIGKILL an import in the middle of a batch: called again it finishes, and every event is there once."""

import csv
import signal
from pathlib import Path

import psycopg
import pytest

from app.platform.verification import laws
from core.settings import Settings
from tests.etl.company import carry_all
from tests.faults.processes import running

pytestmark = pytest.mark.xdist_group("killed")

CASES = 2_500
MAP = """
name = "killed"
system = "killed"
[case]
id = "case"
[time]
updated = "at"
formats = ["iso"]
zone = "UTC"
[state]
column = "state"
[state.values]
new = { state = "new", category = "NEW" }
solved = { state = "solved", category = "SOLVED" }
[queue]
column = "team"
"""


@pytest.fixture
def log(tmp_path: Path) -> list[str]:
    """The command that imports a log of several batches."""
    (tmp_path / "map.toml").write_text(MAP)
    with (tmp_path / "log.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["case", "at", "state", "team"])
        for case in range(CASES):
            writer.writerow([f"C{case}", f"2025-03-01T10:{case % 60:02}:00", "new", "First"])
            writer.writerow([f"C{case}", f"2025-03-02T10:{case % 60:02}:00", "solved", "Second"])
    return ["-m", "cli", "import", "log", str(tmp_path / "log.csv"), "--map", str(tmp_path / "map.toml")]


def test_killed_before_the_commit_of_a_batch(settings: Settings, log: list[str]) -> None:
    settings.data_dir.mkdir()
    with running(settings, *log, failpoint="bulk.before_commit:2") as process:
        assert process.wait() == -signal.SIGKILL
    with running(settings, *log) as process:
        assert process.wait() == 0
    carry_all(settings)
    with psycopg.connect(settings.database_url) as connection:
        assert connection.execute("select count(*), count(distinct external_ref) from ticket").fetchone() == (
            CASES,
            CASES,
        )
    assert [law.name for law in laws(settings) if not law.holds] == []
