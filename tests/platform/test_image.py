"""The image's own steps, run in a clean folder: there is no Docker engine in a test, but a Dockerfile is a script.

Only the downloads are spared: the new environment borrows our packages, so pip finds the lock satisfied.
"""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

from tests.databases import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
BUILD = DOCKERFILE.split("\nFROM ")[1]


def steps() -> Iterator[tuple[str, str]]:
    """The instructions of the first stage, in order."""
    yield from re.findall(r"^(RUN|COPY) (.*)$", BUILD, flags=re.MULTILINE)


def copy(words: list[str], target: Path) -> None:
    """`COPY source… target`, without what .dockerignore holds back."""
    for source in map(ROOT.joinpath, words[:-1]):
        if source.is_dir():
            shutil.copytree(source, target / words[-1], ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)


def borrow_packages(venv: Path) -> None:
    """Let a fresh environment see the packages of ours, not what is installed editable there."""
    (venv / "lib" / "python3.11" / "site-packages" / "borrowed.pth").write_text(sysconfig.get_path("purelib"))


def test_the_image_builds_and_its_commands_start(tmp_path: Path) -> None:
    code, venv = tmp_path / "srv", tmp_path / "venv"
    code.mkdir()
    places = {"/opt/venv": str(venv), "/srv/clearqueue": str(code), "python -m venv": f"{sys.executable} -m venv"}
    for instruction, words in steps():
        if instruction == "COPY":
            copy(words.split(), code)
            continue
        for place, ours in places.items():
            words = words.replace(place, ours)  # noqa: PLW2901 — the same command, elsewhere
        subprocess.run(words, shell=True, check=True, cwd=code, env={"PATH": os.environ["PATH"]})
        if "-m venv" in words:
            borrow_packages(venv)
    for command in (["--help"], ["health"], ["web"]):
        ran = subprocess.run(
            [venv / "bin" / "clearqueue", *command],
            check=False, capture_output=True, text=True, cwd="/", env={"CLEARQUEUE_DATA_DIR": str(tmp_path / "data")},
        )  # fmt: skip
        assert (ran.returncode, "Traceback" in ran.stderr) == (0 if command == ["--help"] else 1, False)
