"""What an instance has done makes neither its state larger nor its steps slower."""

from __future__ import annotations

import orjson
import pytest

from engine.runner import Outcome, Runner
from engine.spiff import codec
from engine.spiff.instance import SCRIPTS
from tests.diagrams import diagram, element, end, flow, flows, script, start, user
from tests.unit.engine.rounds import LOOPS, VARIABLES, Loop

ROUNDS = 1_000


@pytest.mark.parametrize("loop", LOOPS, ids=str)
def test_a_thousand_rounds_leave_a_state_as_small_as_ten(loop: Loop) -> None:
    r = Runner(loop.files()).start("p", dict(VARIABLES))
    sizes, tasks = {}, {}
    for number in range(1, ROUNDS + 1):
        loop.round(r)
        assert r.outcome is Outcome.WAITING, r.error
        if number in (10, ROUNDS):
            sizes[number] = len(r._state)
            workflow = codec.load(r.program, r._state, SCRIPTS)
            tasks[number] = sum(len(p.tasks) for p in (workflow, *workflow.subprocesses.values()))
    assert tasks[ROUNDS] == tasks[10]
    assert sizes[ROUNDS] < sizes[10] * 1.05


def test_a_step_of_many_elements_forgets_them_while_it_runs() -> None:
    r = Runner(
        {
            "p.bpmn": diagram(
                "p",
                start(),
                script("count", "n = n + 1"),
                element("exclusiveGateway", "more", default="more-wait"),
                user("wait"),
                end(),
                flows("start", "count", "more", "wait", "end"),
                flow("more", "count", "n < 5000"),
            )
        }
    ).start("p", {"n": 0})
    assert r.waiting() == ["wait"]
    assert r.variables == {"n": 5_000}
    assert len(r._state) < 600
    assert r.complete("wait").outcome is Outcome.COMPLETED


def test_branches_that_ended_bring_their_variables_to_the_end_in_order() -> None:
    r = Runner(
        {
            "p.bpmn": diagram(
                "p",
                start(),
                element("parallelGateway", "split"),
                *(user(name) for name in "abc"),
                *(end(f"end_{name}") for name in "abc"),
                flows("start", "split", "a", "end_a"),
                flows("split", "b", "end_b"),
                flows("split", "c", "end_c"),
            )
        }
    ).start("p", {"last": ""})
    for name in "bca":
        r.complete(name, {"last": name, name: True})
    assert r.outcome is Outcome.COMPLETED, r.error
    assert r.variables == {"last": "a", "a": True, "b": True, "c": True}


def test_a_state_of_an_unknown_format_is_not_guessed_at() -> None:
    r = Runner(LOOPS[0].files()).start("p", dict(VARIABLES))
    state = orjson.loads(r._state) | {"format": codec.FORMAT + 1}
    with pytest.raises(codec.StateUnreadable):
        codec.load(r.program, orjson.dumps(state), SCRIPTS)
