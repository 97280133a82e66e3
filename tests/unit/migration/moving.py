"""Moving a runner's instance to another bundle, so that it goes on there; saved and loaded."""

from __future__ import annotations

from engine.migration.plan import Side, completed, problems
from engine.runner import Runner
from engine.spiff.instance import Instance
from engine.spiff.parser import parse
from engine.spiff.relocating import Relocation, relocate
from tests.diagrams import diagram

DATA = {"n": 0, "items": ["a", "b"]}


def moved(runner: Runner, files: dict[str, str], **renamed: str | None) -> Relocation:
    """Move a runner's instance to another bundle; on success the runner goes on there."""
    target = parse(files)
    source_side, target_side = Side.of(runner.program, "p"), Side.of(target, "p")
    plan = completed(
        source_side, target_side, "p", dict.fromkeys(source_side.scopes, renamed) if renamed else {}
    )
    assert not problems(source_side, target_side, plan)
    now = runner.clock.now()
    source = Instance.load(runner.program, "p", runner._state, now, runner._caller)
    result = relocate(source, target, plan, now, runner._caller)
    if result.instance is not None:
        runner.program = target
        runner._state = result.instance.dump()
        loaded = Instance.load(target, "p", runner._state, now, runner._caller)
        assert loaded.waits() == result.instance.waits()
        runner.waits = loaded.waits()
    return result


def bundle(*elements: str, more: str = "") -> dict[str, str]:
    return {"p.bpmn": diagram("p", *elements, more=more)}


def codes(result: Relocation) -> list[str]:
    return [remark.code for remark in result.obstacles]


def changes(result: Relocation) -> list[tuple[str, str]]:
    return [(remark.code, remark.element_id) for remark in result.changes]
