"""Start and completion quantities count tokens; the state is saved and loaded between steps."""

from __future__ import annotations

from typing import Any

from engine.failures import Stalled
from engine.runner import Outcome, Runner
from tests.diagrams import boundary, element, end, flow, flows, script, start, timer, user
from tests.unit.engine.accepted import run


def quantified(task: str, **quantities: str) -> str:
    """A task with quantities."""
    given = "".join(f' {name}="{value}"' for name, value in quantities.items())
    return task.replace("Task id", f"Task{given} id", 1)


def test_an_activity_gives_so_many_tokens_on_each_of_its_flows() -> None:
    r = run(
        start(),
        quantified(user("give"), completionQuantity="3"),
        user("one"),
        user("other"),
        end(),
        flows("start", "give", "one", "end"),
        flows("give", "other", "end"),
    )
    assert sorted(r.complete("give").waiting()) == ["one"] * 3 + ["other"] * 3
    for task in ["one", "other"] * 3:
        r.complete(task)
    assert r.outcome is Outcome.COMPLETED, r.error


def test_so_many_tokens_start_an_activity_once_whichever_way_they_come() -> None:
    r = run(
        start(),
        element("parallelGateway", "fork"),
        *(user(name) for name in ("a", "b", "c", "d")),
        quantified(user("take"), startQuantity="2"),
        end(),
        *(flows("fork", name, "take") for name in ("a", "b", "c", "d")),
        flows("start", "fork"),
        flows("take", "end"),
    )
    assert r.complete("a", {"from_a": 1}).waiting() == ["b", "c", "d"]
    assert ("p", "take") in r._loaded().active_elements(), "the diagram shows where the token is"
    assert r.complete("b", {"from_b": 2}).waiting() == ["c", "d", "take"]
    assert r.seen_by("take") == {"from_a": 1, "from_b": 2}
    r.complete("c").complete("d")
    assert r.waiting() == ["take", "take"]
    assert r.complete("take").complete("take").outcome is Outcome.COMPLETED, r.error


def test_quantities_with_choices_boundary_events_and_repetition() -> None:
    loop = (
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>2</bpmn:loopCardinality>"
        "</bpmn:multiInstanceLoopCharacteristics>"
    )
    give = quantified(user("give"), completionQuantity="2").replace("Task ", 'Task default="give-low" ', 1)
    r = run(
        start(),
        give,
        quantified(user("high", inner=loop), startQuantity="2", completionQuantity="2"),
        boundary("late", "high", timer("'PT1H'")),
        user("low"),
        quantified(user("last"), startQuantity="2"),
        end(),
        flow("give", "high", "n > 1"),
        flows("start", "give"),
        flows("give", "low", "end"),
        flows("high", "last", "end"),
        flows("late", "end"),
        variables={"n": 2},
    )
    assert [w for w in r.complete("give").waiting() if w != "late"] == ["high", "high"]
    assert r.complete("high").complete("high").waiting() == ["last"]
    assert r.complete("last").outcome is Outcome.COMPLETED, r.error


def test_a_loop_collects_its_rounds() -> None:
    collecting: tuple[Any, ...] = (
        start(),
        script("count", "n = n + 1"),
        element("exclusiveGateway", "again", default="again-stop"),
        user("round"),
        quantified(user("take"), startQuantity="3"),
        end("stop"),
        end(),
        flows("start", "count", "round", "again", "stop"),
        flow("again", "count", "n < 3"),
        flows("round", "take", "end"),
    )
    r = run(*collecting, variables={"n": 0})
    for _ in range(3):
        assert r.waiting() == ["round"]
        r.complete("round")
    assert r.waiting() == ["take"]
    assert r.complete("take").outcome is Outcome.COMPLETED, r.error


def test_too_few_tokens_are_an_incident_and_not_silence() -> None:
    r: Runner = run(
        start(),
        element("inclusiveGateway", "which", default="which-take"),
        user("also"),
        quantified(user("take"), startQuantity="2"),
        end(),
        flow("which", "also", "n > 2"),
        flows("start", "which", "take", "end"),
        flows("also", "take"),
        variables={"n": 1},
    )
    assert (r.outcome, type(r.error)) == (Outcome.FAILED, Stalled)
