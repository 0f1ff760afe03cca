"""What attackers send is refused or kept as harmless bytes; the service stays up (S-23 S-24 S-29 S-30)."""

import random
import re
import resource
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest

from app.files.examine import examine
from app.files.media import OTHER
from app.files.serving import disposition
from app.files.views import PROGRAM
from tests.api.house import ApiHouse
from tests.files.bombs import BOMBS, bomb
from tests.files.hostile import hostile
from tests.files.test_api import attached, sent

PIECES = (
    "..", "../", "..\\", "/", "\\", "%2e%2e%2f", "etc/passwd", ".htaccess", "\u200b", "\u200d", "\ufeff", "\u202e",
    "con", "nul.txt", "a" * 40, " ", ".", "~", "$(id)", "`id`", "|", ";", "\"", "'", "\r\n", "\t", "<b>", "ä", "漢",
    "😀", ".php", ".svg", ".exe", "C:", "\\\\host\\share", "\x7f", "{{7*7}}", "%00", "file://", "--", "*", "?",
)  # fmt: skip


def names(count: int) -> list[str]:
    """Names that somebody chose with care."""
    chance = random.Random(20261121)
    return ["".join(chance.choices(PIECES, k=chance.randint(1, 5))) for _ in range(count)]


HOSTILE = {what: (name, content) for what, name, content in hostile()}
OPENED = {
    "image": ("image/png", ["thumbnail"]),
    "pdf": ("application/pdf", ["thumbnail", "text"]),
    "text": (OTHER, ["text"]),
}


def test_the_corpus_is_as_large_as_promised() -> None:
    assert len(HOSTILE) == len(set(HOSTILE.values())) == 120
    assert len(BOMBS) >= 25


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_bytes_like_others_and_its_view_small_or_absent(house: ApiHouse, name: str) -> None:
    file = sent(house.cleo, bomb(name), "photo.png")
    answer = house.cleo.get(f"/api/v1/files/{file['id']}/views/thumbnail")
    assert answer.status_code in (200, 404)
    assert len(answer.content) < 100_000
    assert house.cleo.get("/api/v1/health/live").status_code == 200


@pytest.mark.parametrize("name", BOMBS)
def test_who_opens_a_bomb_stays_small_and_is_soon_done(tmp_path: Path, name: str) -> None:
    """At most 300 MiB and 2 seconds of the processor, whatever else the machine does."""
    (tmp_path / "bomb").write_bytes(bomb(name))
    media_type, views = OPENED[name.split(maxsplit=1)[0]]
    for view in views:
        mebibytes, seconds = _spent(view, tmp_path / "bomb", media_type)
        assert mebibytes <= 300
        assert seconds <= 2.2, "the kernel looks about once a second"


READ = ("of a gigabyte", "with entities", "that reads a file", "of many parts", "that lies about its size")


def test_words_of_bombs_are_few_and_nothing_of_ours(house: ApiHouse) -> None:
    files = [attached(house, "cleo", content=bomb(f"text word {what}")) for what in READ]
    examine(house.settings)
    for file in files:
        answer = house.cleo.get(f"/api/v1/files/{file}/text")
        assert answer.status_code in (200, 404)
        assert len(answer.text) < 1_000_000
        assert "root:" not in answer.text
    assert examine(house.settings)["read"] == 0, "a bomb goes off once"


def _spent(view: str, path: Path, kind: str) -> tuple[float, float]:
    """What the kernel counted for a child's child: this process has other children, which are none of the test's."""
    script = (
        "import resource, subprocess, sys;"
        "subprocess.run(sys.argv[1:], stdout=-3, stderr=-3, env={});"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN);"
        "print(used.ru_maxrss / 1024, used.ru_utime + used.ru_stime)"
    )
    command = [sys.executable, "-c", script, sys.executable, "-I", PROGRAM, view, path, kind]
    mebibytes, seconds = subprocess.run(command, capture_output=True, check=True, timeout=60).stdout.split()
    return float(mebibytes), float(seconds)


@pytest.mark.parametrize("what", HOSTILE)
def test_no_markup_is_ever_shown(house: ApiHouse, what: str) -> None:
    name, content = HOSTILE[what]
    file = sent(house.cleo, content, name)
    answer = house.cleo.get(f"/api/v1/files/{file['id']}", headers={"accept": "text/html"})
    assert not re.search("html|svg|xml|script", answer.headers["content-type"])
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert answer.content == content
    view = house.cleo.get(f"/api/v1/files/{file['id']}/views/image")
    assert view.status_code == 404 or (view.content.startswith(b"RIFF") and b"alert" not in view.content)


def test_three_hundred_names_stay_names(house: ApiHouse) -> None:
    folder = Path(house.settings.data_dir)
    for name in names(300):
        answer = house.cleo.post("/api/v1/files", params={"name": name}, content=b"named")
        assert (answer.status_code, answer.json().get("name")) == (201, name), answer.text
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert all(re.fullmatch(r"files/[0-9a-f]{2}/[0-9a-f]{64}", one) for one in files)


def test_three_hundred_names_cannot_leave_their_header(house: ApiHouse) -> None:
    for name in names(300):
        header = disposition(name)
        plain, true = re.fullmatch(r"attachment; filename=\"([^\"]*)\"; filename\*=UTF-8''([^;\s]*)", header).groups()  # type: ignore[union-attr]
        assert re.fullmatch(r"[A-Za-z0-9._ -]+", plain)
        assert not re.search(r"[/\\\r\n\0\u200b\u202e\ufeff]", unquote(true))
        assert not unquote(true).startswith(".")


@pytest.mark.parametrize("name", ["a\0b", "x" * 256], ids=["nul", "long"])
def test_a_name_that_cannot_be_kept_is_refused(house: ApiHouse, name: str) -> None:
    assert house.cleo.post("/api/v1/files", params={"name": name}, content=b"x").status_code == 422


@pytest.mark.parametrize(
    "wanted",
    [
        "bytes=" + ",".join(f"{n}-{n}" for n in range(10_000)),
        "bytes=" + "0-," * 5_000,
        "bytes=0-" + "9" * 10_000,
        "bytes=" + "-" * 10_000,
        "bytes=1-" * 2_000,
        "bytes=99999999999999999999-",
    ],
    ids=range(6),
)
def test_a_range_that_is_meant_to_hurt_is_the_whole_or_nothing(house: ApiHouse, wanted: str) -> None:
    file = sent(house.cleo, b"0123456789" * 1000)
    answer = house.cleo.get(f"/api/v1/files/{file['id']}", headers={"range": wanted})
    assert (answer.status_code, len(answer.content)) == (200, 10_000) or answer.status_code == 416


@pytest.mark.parametrize("known", ["x" + " " * 60_000 + "x", "," * 60_000, 'W/"' * 20_000, '"a" ,' * 15_000])
def test_a_list_of_known_versions_that_is_meant_to_hurt_is_soon_read(house: ApiHouse, known: str) -> None:
    file = sent(house.cleo, b"0123456789")
    path = f"/api/v1/files/{file['id']}"
    assert house.cleo.get(path, headers={"if-none-match": known}).status_code == 200
    tag = house.cleo.get(path).headers["etag"]
    assert house.cleo.get(path, headers={"if-none-match": f'W/"x",  W/{tag}'}).status_code == 304


def _form(parts: list[bytes]) -> tuple[bytes, dict[str, str]]:
    body = b"".join(b"--x\r\n" + part + b"\r\n" for part in parts) + b"--x--\r\n"
    return body, {"content-type": "multipart/form-data; boundary=x"}


@pytest.mark.parametrize(
    "parts",
    [
        [b'Content-Disposition: form-data; name="f"\r\n\r\nv'] * 10_000,
        [b'Content-Disposition: form-data; name="file"; filename="a"\r\n\r\nv'] * 10_000,
        [b'Content-Disposition: form-data; name="f"\r\n\r\n' + b"v" * 1_000_000],
        [b"X-Header: " + b"y" * 1_000_000 + b"\r\n\r\nv"],
        [b"".join(b"X-%d: y\r\n" % n for n in range(20_000)) + b"\r\nv"],
        [b"no header at all"],
    ],
    ids=["fields", "files", "a large field", "a large header", "many headers", "no form"],
)
def test_a_form_that_is_meant_to_hurt_is_refused(house: ApiHouse, parts: list[bytes]) -> None:
    body, headers = _form(parts)
    answer = house.cleo.post("/api/v1/files", content=body, headers=headers)
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.json()["detail"]
    assert list(house.settings.incoming_path.iterdir()) == []


def test_the_limits_of_the_program_are_in_force(tmp_path: Path) -> None:
    """It gives up memory before it opens anything: a copy of it that then asks for 1 GiB gets none."""
    greedy = tmp_path / "greedy.py"
    greedy.write_text(PROGRAM.read_text() + "\nbytearray(1 << 30)\n")
    shutil.copytree(PROGRAM.with_name("readers"), tmp_path / "readers")
    (tmp_path / "x").write_bytes(b"text")
    ended = subprocess.run(
        [sys.executable, "-I", greedy, "text", tmp_path / "x", "text/plain"], capture_output=True, check=False
    )
    assert b"MemoryError" in ended.stderr
    assert resource.getrlimit(resource.RLIMIT_AS)[0] == resource.RLIM_INFINITY  # ours are as they were
