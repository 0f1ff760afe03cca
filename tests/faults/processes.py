"""Real processes to be killed."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.platform import parts
from core.settings import Settings

ROOT = Path(__file__).parents[2]


@contextmanager
def running(settings: Settings, *arguments: str, failpoint: str = "") -> Iterator["subprocess.Popen[bytes]"]:
    """A process of ours: `"-m", "etl"` for the carrier. `failpoint` is `name:n`. It does not outlive the block."""
    log = settings.data_dir / "process.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT, env={**parts.environment(settings), "FP": failpoint}, stdout=output, stderr=output,
        )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.wait()
