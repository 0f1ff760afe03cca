"""`clearqueue up` under the faults that people meet: each is one clear sentence, and nothing is lost."""

import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.databases import reachable_folder
from tests.platform.terminal import Terminal, clearqueue, gone, up

pytestmark = [pytest.mark.xdist_group("up"), pytest.mark.timeout(600)]


HISTORY = """\
ticket_id,subject,updated_at,status,team,assignee,customer_email,priority,comment,comment_kind
1,Printer,2024-01-10T09:00:00Z,new,L1,,cleo@example.com,normal,It burns,customer
1,Printer,2024-01-10T10:00:00Z,solved,L1,Ana,cleo@example.com,normal,It is out,reply
2,Door,2024-03-01T09:00:00Z,new,L2,,cleo@example.com,high,It sticks,customer
"""


@pytest.fixture(scope="module")
def platform() -> Iterator[Terminal]:
    with reachable_folder() as folder, up(folder / "data", "--no-demo") as terminal:
        assert terminal.address
        yield terminal


def test_a_taken_port_is_said_before_anything_is_made(open_folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        ended = clearqueue("up", "--data", open_folder / "data", "--port", port)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == f"Port {port} on 127.0.0.1 is taken by another program: choose another with --port.\n"
    assert not (open_folder / "data").exists()


def test_a_folder_that_cannot_be_written_is_one_sentence(open_folder: Path) -> None:
    (open_folder / "file").touch()
    ended = clearqueue("up", "--data", open_folder / "file" / "data", "--port", "0")
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"The data folder {open_folder}/file/data cannot be written")
    assert len(ended.stderr.splitlines()) == 1


def test_a_host_that_is_not_ours_is_one_sentence(open_folder: Path) -> None:
    ended = clearqueue("up", "--data", open_folder, "--host", "192.0.2.1")
    assert (ended.returncode, ended.stderr.splitlines()[0][:36]) == (1, "Cannot listen on 192.0.2.1 port 8600")


def test_a_wrong_setting_is_named_by_its_variable() -> None:
    ended = clearqueue("up", CLEARQUEUE_PORT="eighty")
    assert ended.returncode == 1
    assert ended.stderr.startswith("CLEARQUEUE_PORT: ")


def test_a_command_on_an_unknown_folder_is_one_sentence(open_folder: Path) -> None:
    ended = clearqueue("password", "--data", open_folder / "nowhere")
    assert (ended.returncode, "Traceback" in ended.stderr) == (1, False)
    assert ended.stderr.startswith(f"There is no Clearqueue data in {open_folder}/nowhere")


def test_an_unreachable_database_is_one_sentence() -> None:
    ended = clearqueue("migrate", CLEARQUEUE_DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing")
    assert (ended.returncode, len(ended.stderr.splitlines())) == (1, 1)
    assert ended.stderr.startswith("The database does not answer: ")


def test_it_comes_up_with_one_address_and_a_password_shown_once(platform: Terminal) -> None:
    assert platform.answers()
    assert platform.text.count("Clearqueue is up") == platform.text.count(" with the password ") == 1
    assert platform.family().keys() == {"postgres", "web", "etl", "worker"}


def test_a_second_one_on_the_same_folder_is_told_where_the_first_is(platform: Terminal) -> None:
    ended = clearqueue("up", "--data", platform.folder, "--port", "0")
    assert ended.returncode == 1
    assert f"already running on this folder (pid {platform.process.pid}, {platform.address})" in ended.stderr
    assert platform.answers()


def test_a_command_reaches_the_running_database(platform: Terminal) -> None:
    ended = clearqueue("password", "--data", platform.folder)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith("admin@localhost signs in with ")


def test_health_tells_of_every_part(platform: Terminal) -> None:
    ended = clearqueue("health", "--data", platform.folder)
    assert (ended.returncode, ended.stdout.count("well ")) == (0, 6), ended.stdout


@pytest.mark.parametrize("name", ["web", "etl", "worker", "postgres"])
def test_a_killed_part_is_started_again(platform: Terminal, name: str) -> None:
    before = platform.family()[name]
    before.kill()
    platform.wait_for(f"{name} ended and is started again")
    while platform.family().get(name) in (None, before) or not platform.answers():
        assert platform.process.poll() is None
        time.sleep(0.1)
    if name == "postgres":
        assert clearqueue("password", "--data", platform.folder).returncode == 0


def test_a_killed_supervisor_leaves_nothing_behind_and_the_next_start_continues(platform: Terminal) -> None:
    made = clearqueue("token", "admin@localhost", "--data", platform.folder)
    assert made.returncode == 0
    family = [*platform.family().values(), psutil.Process(platform.process.pid)]
    platform.process.kill()
    platform.process.wait()
    assert gone(family)
    with up(platform.folder, "--no-demo") as again:
        assert again.answers()
        assert "password" not in again.text
        family = [*again.family().values()]
        assert again.stop(signal.SIGINT) == 0
    assert gone(family)
    assert "Stopped." in again.text


def test_a_command_starts_the_database_for_its_own_length(platform: Terminal) -> None:
    assert platform.process.poll() is not None
    ended = clearqueue("password", "--data", platform.folder)
    assert ended.stdout.startswith("admin@localhost signs in with ")
    assert not (platform.folder / "postgres" / "postmaster.pid").exists()


def test_history_that_comes_in_while_nothing_runs_is_counted_at_once(platform: Terminal) -> None:
    log = platform.folder.with_name("log.csv")
    log.write_text(HISTORY)
    imported = clearqueue("import", "log", log, "--map", "example", "--data", platform.folder)
    assert imported.returncode == 0, imported.stdout + imported.stderr
    asked = ("metric", "tickets_created", "--grain", "month", "--until", "2024-04-01", "--format", "csv")
    counted = clearqueue(*asked, "--data", platform.folder)
    assert [line.split(",")[1] for line in counted.stdout.splitlines()[1:]] == ["1", "0", "1"], counted.stderr


def test_a_folder_that_was_moved_is_whole(platform: Terminal) -> None:
    asked = ("metric", "tickets_created", "--format", "csv", "--data")
    before = clearqueue(*asked, platform.folder)
    moved = platform.folder.rename(platform.folder.with_name("moved"))
    try:
        after = clearqueue(*asked, moved)
    finally:
        moved.rename(platform.folder)
    assert (after.returncode, after.stdout) == (0, before.stdout), after.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_it_runs_as_an_ordinary_user_too(open_folder: Path) -> None:
    """As `nobody`, who may read this machine's Python wherever it lies, but owns one folder only."""
    open_folder.chmod(0o777)
    become = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
    become += ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
    with up(open_folder / "data", "--no-demo", as_user=become) as terminal:
        assert terminal.answers()
        assert {child.username() for child in terminal.family().values()} == {"nobody"}
        assert terminal.stop(signal.SIGTERM) == 0
