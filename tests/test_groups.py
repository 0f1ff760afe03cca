"""Tests that share a running house stay on one worker of a parallel run (pytest 9.2 with xdist 3.8 ignored that)."""

import os

import pytest


@pytest.mark.xdist_group("groups")
@pytest.mark.skipif("PYTEST_XDIST_WORKER" not in os.environ, reason="there are no workers in a run of one process")
def test_groups_are_heeded(request: pytest.FixtureRequest) -> None:
    assert request.node.nodeid.endswith("@groups")
