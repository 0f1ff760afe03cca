"""From the command to the first page: cold (an empty folder, demo company loaded) and warm, and all processes' memory.

The control, in the same run: making and starting the same PostgreSQL in an empty folder, and nothing else.
"""

import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil

from bench.database import database_in

WARM_STARTS = 3
SETTLED_SECONDS = 15.0
PATIENCE_SECONDS = 600.0
MEGABYTE = 1024**2


def run() -> dict[str, Any]:
    """One cold start, some warm ones; `value` is the median warm start in seconds."""
    folder = Path(tempfile.mkdtemp(prefix="clearqueue-bench-"))
    folder.chmod(0o755)
    try:
        control = _control(folder / "control")
        with _up(folder) as (_, cold):
            pass
        warm = []
        for _ in range(WARM_STARTS):
            with _up(folder) as (process, seconds):
                warm.append(seconds)
                resident, proportional, processes = _memory(process, settled=len(warm) == WARM_STARTS)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    median = sorted(warm)[len(warm) // 2]
    return {
        "value": round(median, 1),
        "unit": "s from the command to the first page, warm",
        "goal": 15,
        "control": round(control, 1),
        "ratio": round(median / control, 1),
        "cold_with_demo_s": round(cold, 1),
        "warm_s": [round(seconds, 1) for seconds in warm],
        "resident_mb": round(resident / MEGABYTE),
        "proportional_mb": round(proportional / MEGABYTE),
        "goal_mb": 1024,
        "processes": processes,
    }


def _control(folder: Path) -> float:
    folder.mkdir(mode=0o711)
    began = time.monotonic()
    with database_in(folder):
        return time.monotonic() - began


@contextmanager
def _up(folder: Path) -> Iterator[tuple[psutil.Process, float]]:
    """`clearqueue up` until its sign-in page has answered, and the seconds that took; stopped at the end."""
    output = folder / "up.out"
    began = time.monotonic()
    with output.open("w") as file:
        command = [sys.executable, "-m", "cli", "up", "--data", str(folder / "data"), "--port", "0"]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=file, stderr=file)
    try:
        while not (said := re.search(r"Clearqueue is up: (http://\S+)", output.read_text())):
            if process.poll() is not None or time.monotonic() - began > PATIENCE_SECONDS:
                raise RuntimeError(f"it does not come up:\n{output.read_text()}")
            time.sleep(0.05)
        urllib.request.urlopen(f"{said[1]}/sign-in", timeout=30).read()
        yield psutil.Process(process.pid), time.monotonic() - began
    finally:
        process.terminate()
        process.wait(120)


def _memory(process: psutil.Process, *, settled: bool) -> tuple[int, int, int]:
    """Bytes of the whole family (resident; proportional, where shared pages count once) and how many they are."""
    time.sleep(SETTLED_SECONDS if settled else 0)
    used = []
    for each in [process, *process.children(recursive=True)]:
        with suppress(psutil.NoSuchProcess):  # a backend of PostgreSQL that has just said goodbye
            used.append(each.memory_full_info())
    return sum(each.rss for each in used), sum(each.pss for each in used), len(used)
