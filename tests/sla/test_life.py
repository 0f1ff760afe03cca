"""What clocks heed of a ticket's life is all that they could know."""

import ast
import inspect
from textwrap import dedent
from typing import Any, get_args

from app.sla.facts import Facts
from app.sla.life import HEEDED
from app.sla.policy import Trigger
from app.tickets import decider
from app.tickets.command import effect
from core.events import KINDS

assert decider, "registers all effects"


def sets(function: Any) -> set[str]:
    """The columns that an effect sets, also by way of `enter`."""
    nodes = list(ast.walk(ast.parse(dedent(inspect.getsource(function)))))
    stored = {one.attr for one in nodes if isinstance(one, ast.Attribute) and isinstance(one.ctx, ast.Store)}
    enters = {"category"} if any(isinstance(one, ast.Name) and one.id == "enter" for one in nodes) else set()
    return stored | enters


def test_an_event_that_clocks_do_not_heed_changes_nothing_that_they_know() -> None:
    unheeded = {base for kind in KINDS.keys() - HEEDED for base in KINDS[kind].__mro__ if base in effect.registry}
    known = {base.__name__: found for base in unheeded if (found := sets(effect.registry[base]) & {*Facts._fields})}
    assert len(unheeded) > 15
    assert known == {}


def test_clocks_heed_every_event_that_targets_may_name() -> None:
    assert set(get_args(Trigger.model_fields["kind"].annotation)) <= HEEDED
