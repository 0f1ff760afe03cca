"""What goes wrong stands in the log with its traceback, and without what variables held: those may be secrets."""

import subprocess
import sys

import pytest

from tests.databases import ROOT

PROGRAM = """
import logging
from core import log

log.configure(as_json={as_json})

def sign_in(password):
    for say in (logging.getLogger("uvicorn.error"), log.get("ours")):
        try:
            raise ValueError
        except ValueError:
            say.exception("it broke")

sign_in("".join(("hunter", "2")))
"""


@pytest.mark.parametrize("as_json", [True, False])
def test_a_log_tells_where_it_broke_and_no_secret(as_json: bool) -> None:
    program = PROGRAM.format(as_json=as_json)
    ended = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ended.stderr.count("it broke") == ended.stderr.count("Traceback (most recent call last)") == 2
    assert "hunter2" not in ended.stderr
