"""A named fail point kills, once asked; and every one of them is used by a test."""

import signal
import subprocess
import sys

from tests.faults import (
    test_bulk_killed,
    test_clocks_killed,
    test_etl_killed,
    test_files_killed,
    test_sending_killed,
    test_web_killed,
)
from tests.faults.failpoints import ROOT, all_failpoints

PASS_THRICE = "from etl.failpoint import failpoint\nfor n in range(3): failpoint('a'), failpoint('b'), print(n)"


def passing(environment: dict[str, str]) -> tuple[int, str]:
    """How a program that passes two points three times ends, and what it said."""
    program = [sys.executable, "-u", "-c", PASS_THRICE]
    done = subprocess.run(program, check=False, cwd=ROOT, env=environment, capture_output=True, text=True)
    return done.returncode, done.stdout


def test_a_fail_point_kills_at_its_nth_pass_and_nowhere_else() -> None:
    assert passing({}) == (0, "0\n1\n2\n")
    assert passing({"FP": "b:2"}) == (-signal.SIGKILL, "0\n")
    assert passing({"FP": "c:1"}) == (0, "0\n1\n2\n")


def test_every_fail_point_of_the_code_is_killed_at_by_a_test() -> None:
    tests = (
        test_bulk_killed, test_clocks_killed, test_etl_killed, test_files_killed, test_sending_killed, test_web_killed,
    )  # fmt: skip
    used = {"bulk.before_commit", "mail.sent"}.union(*(test.POINTS for test in tests))
    assert used == set(all_failpoints())
    assert len(used) >= 12
