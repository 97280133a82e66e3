"""An instance that is moved after each step, to a version drawn alike, goes the way of one that stays."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.migration.plan import Side, completed, problems
from engine.spiff.parser import Program, parse
from engine.spiff.relocating import ElementMap, relocate
from tests.unit.engine.paper import Block
from tests.unit.engine.structured import BLOCKS, Drawing
from tests.unit.engine.test_saved_as_kept import CALLER, MAX_ACTIONS, OTHER_NAME, Saved, Whole

# What a process computes with stays as it is: its variables are named like its elements.
_COMPUTING = re.compile(
    r"(<bpmn:(?:script|conditionExpression|condition|completionCondition)\b.*?</bpmn:\w+>)", re.DOTALL
)
_DRAWN = re.compile(r"\b(?=x\d)")


class Moved(Saved):
    """Goes back and forth between two versions."""

    def __init__(self, program: Program, other: Program) -> None:
        self.others = [program, other]
        sides = Side.of(program, "p"), Side.of(other, "p")
        self.plans = [_plan(*sides), _plan(*reversed(sides))]
        super().__init__(program)

    def _reload(self) -> None:
        super()._reload()
        if not self.instance.completed:
            result = relocate(self.instance, self.others[1], self.plans[0], self.now, CALLER)
            assert not result.obstacles
            assert {change.code for change in result.changes} <= {"moved"}
            self.others.reverse()
            self.plans.reverse()
            self.program = self.others[0]
            assert result.instance is not None
            self.instance = result.instance
            if result.wakes:
                self.instance.wake()
                self.instance.run()
                assert not self.instance.trace, "nothing is new to it"
            super()._reload()


def _plan(source: Side, target: Side) -> ElementMap:
    """Each element becomes the one that is called so, or that is called otherwise."""
    known = {element_id for elements in target.scopes.values() for element_id in elements}
    chosen = {
        scope: {
            element_id: other
            for element_id in elements
            for other in (OTHER_NAME + element_id, element_id.removeprefix(OTHER_NAME))
            if other in known
        }
        for scope, elements in source.scopes.items()
    }
    plan = completed(source, target, "p", chosen)
    assert not problems(source, target, plan)
    return plan


def called_otherwise(files: Mapping[str, str]) -> dict[str, str]:
    """The same bundle with other ids and names of everything in it."""
    return {
        file: "".join(
            part if _COMPUTING.fullmatch(part) else _DRAWN.sub(OTHER_NAME, part)
            for part in _COMPUTING.split(text)
        )
        for file, text in files.items()
    }


def _plain(seen: Any) -> Any:
    """What is seen of an instance, whatever its elements are called."""
    if isinstance(seen, str):
        return seen.replace(OTHER_NAME, "")
    if isinstance(seen, list | tuple):
        return [_plain(part) for part in seen]
    if isinstance(seen, dict):
        return {_plain(key): _plain(value) for key, value in seen.items()}
    if dataclasses.is_dataclass(seen):
        return [_plain(getattr(seen, field.name)) for field in dataclasses.fields(seen)]
    return seen


@pytest.mark.parametrize("renamed", [False, True])
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(block=BLOCKS, choices=st.lists(st.integers(0, 5), min_size=MAX_ACTIONS, max_size=MAX_ACTIONS))
def test_a_moved_instance_goes_the_same_way(renamed: bool, block: Block, choices: list[int]) -> None:
    program = parse(Drawing().bundle(block))
    longer = Drawing(extended=True).bundle(block)
    whole = Whole(program)
    moved = Moved(program, parse(called_otherwise(longer) if renamed else longer))
    for choice in choices:
        assert _plain(whole.seen()) == _plain(moved.seen())
        if whole.instance.completed:
            break
        whole.act(choice)
        moved.act(choice)
