"""What attackers send is refused or kept as harmless bytes; the service stays up (S-23 S-24 S-29 S-30)."""

import gzip
import io
import random
import re
import resource
import subprocess
import sys
import zipfile
from pathlib import Path
from urllib.parse import unquote

import pytest

from app.files.serving import disposition
from app.files.views import PROGRAM
from tests.api.house import ApiHouse
from tests.files.samples import pdf, png_of
from tests.files.test_api import sent

PIECES = (
    "..", "../", "..\\", "/", "\\", "%2e%2e%2f", "etc/passwd", ".htaccess", "\u200b", "\u200d", "\ufeff", "\u202e",
    "con", "nul.txt", "a" * 40, " ", ".", "~", "$(id)", "`id`", "|", ";", "\"", "'", "\r\n", "\t", "<b>", "ä", "漢",
    "😀", ".php", ".svg", ".exe", "C:", "\\\\host\\share", "\x7f", "{{7*7}}", "%00", "file://", "--", "*", "?",
)  # fmt: skip


def names(count: int) -> list[str]:
    """Names that somebody chose with care."""
    chance = random.Random(20261121)
    return ["".join(chance.choices(PIECES, k=chance.randint(1, 5))) for _ in range(count)]


def _zip_of_zips() -> bytes:
    content = b"\0" * 10_000_000
    for _ in range(3):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for n in range(5):
                archive.writestr(f"{n}.zip", content)
        content = out.getvalue()
    return content


ENTITIES = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><x>&b;&b;</x>'
BOMBS = {
    "png 50k x 50k": png_of(50_000, 50_000),
    "png 50k x 50k with rows": png_of(50_000, 50_000, rows=200),
    "png 2^31 x 2^31": png_of(2**31 - 1, 2**31 - 1),
    "png 100k x 400": png_of(100_001, 400),
    "png without its rows": png_of(6_000, 6_000),
    "png 6k x 6k": png_of(6_000, 6_000, rows=6_000),
    "gif 65k x 65k": b"GIF89a\xff\xff\xff\xff\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\xff\xff\xff\xff\0\x02\x02D\x01\0;",
    "gzip 1000:1": gzip.compress(b"\0" * 20_000_000),
    "zip of zips": _zip_of_zips(),
    "xml entities": ENTITIES,
    "svg entities": ENTITIES.replace(b"<x>", b"<svg>").replace(b"</x>", b"</svg>"),
    "pdf with a page of 10^9": pdf("x").replace(b"612 792", b"999999999 999999999"),
    "pdf whose pages are themselves": pdf("x").replace(b"/Kids [3 0 R]", b"/Kids [2 0 R]"),
    "pdf of a million pages": pdf("x").replace(b"/Count 1", b"/Count 1000000"),
}
MARKUP = {
    "html": b"<html><script>alert(1)</script>",
    "html as image": b"  \n<!doctype html><img src=x onerror=alert(1)>",
    "html behind a mark": b"\xef\xbb\xbf<script>alert(1)</script>",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "svg with a head": b'<?xml version="1.0"?><svg onload="alert(1)"/>',
    "html in utf-16": "<script>alert(1)</script>".encode("utf-16"),
    "png and html": b"\x89PNG\r\n\x1a\n<script>alert(1)</script>",
    "gif and script": b"GIF89a/*<svg/onload=alert(1)>*/=1;",
    "pdf with script": pdf("x").replace(b"/Pages 2", b"/OpenAction <</S /JavaScript /JS (app.alert(1))>> /Pages 2"),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_bytes_like_others_and_its_view_small_or_absent(house: ApiHouse, bomb: str) -> None:
    file = sent(house.cleo, BOMBS[bomb], "photo.png")
    answer = house.cleo.get(f"/api/v1/files/{file['id']}/views/thumbnail")
    assert answer.status_code in (200, 404)
    assert len(answer.content) < 100_000
    assert house.cleo.get("/api/v1/health/live").status_code == 200


@pytest.mark.parametrize("bomb", BOMBS)
def test_who_opens_a_bomb_stays_small(tmp_path: Path, bomb: str) -> None:
    (tmp_path / "bomb").write_bytes(BOMBS[bomb])
    kind = "application/pdf" if bomb.startswith("pdf") else "image/png"
    assert _largest_mib("thumbnail", tmp_path / "bomb", kind) <= 300


def _largest_mib(view: str, path: Path, kind: str) -> float:
    """What the kernel counted for a child's child: this process has other children, which are none of the test's."""
    script = (
        "import resource, subprocess, sys;"
        "subprocess.run(sys.argv[1:], stdout=-3, stderr=-3, env={});"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    command = [sys.executable, "-c", script, sys.executable, "-I", PROGRAM, view, path, kind]
    return int(subprocess.run(command, capture_output=True, check=True, timeout=60).stdout) / 1024


@pytest.mark.parametrize("what", MARKUP)
def test_no_markup_is_ever_shown(house: ApiHouse, what: str) -> None:
    file = sent(house.cleo, MARKUP[what], "innocent.png")
    answer = house.cleo.get(f"/api/v1/files/{file['id']}", headers={"accept": "text/html"})
    assert not re.search("html|svg|xml|script", answer.headers["content-type"])
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert "sandbox" in answer.headers["content-security-policy"]
    view = house.cleo.get(f"/api/v1/files/{file['id']}/views/image")
    assert view.status_code == 404 or view.content.startswith(b"RIFF")


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
    (tmp_path / "x").write_bytes(b"text")
    ended = subprocess.run(
        [sys.executable, "-I", greedy, "text", tmp_path / "x", "text/plain"], capture_output=True, check=False
    )
    assert b"MemoryError" in ended.stderr
    assert resource.getrlimit(resource.RLIMIT_AS)[0] == resource.RLIM_INFINITY  # ours are as they were
