"""What is loaded once and forked for each process that is to be killed: the modules of our programs.

A web server takes seconds of the processor only to load them, and the tests of faults start more than fifty programs.
tests/platform starts them as people do.
"""

import os
import runpy
import sys
from collections.abc import Mapping
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

ROOT = Path(__file__).parents[2]
PRELOADED = ["tests.faults.preloaded"]


def fork(arguments: tuple[str, ...], environment: Mapping[str, str], log: Path) -> BaseProcess:
    """`python ARGUMENTS` (`-m module …` or `-c program …`) with this environment, writing to `log`; it has begun."""
    context = get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    process = context.Process(target=_run, args=(arguments, dict(environment), str(log)), daemon=True)
    process.start()
    return process


def _run(arguments: tuple[str, ...], environment: dict[str, str], log: str) -> None:
    os.environ.clear()
    os.environ.update(environment)
    with open(log, "ab", buffering=0) as output:
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)
    _arm(environment)
    os.chdir(ROOT)
    how, what, *rest = arguments
    sys.argv = [what, *rest]
    if how == "-m":
        runpy.run_module(what, run_name="__main__", alter_sys=True)
    else:
        exec(compile(what, "<program>", "exec"), {"__name__": "__main__"})


def _arm(environment: Mapping[str, str]) -> None:
    """The fail point of this process: it was read from the environment when its module was loaded."""
    from etl import failpoint

    failpoint._armed, _, nth = environment.get("FP", "").partition(":")
    failpoint._passes_left = int(nth or 1)
