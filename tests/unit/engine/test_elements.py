"""Elements run as BPMN 2.0 says; the runner saves and loads the state between steps."""

from __future__ import annotations

import pytest

from engine.operations import BpmnError, OperationRegistry
from engine.runner import Outcome, Runner
from tests.diagrams import (
    boundary,
    diagram,
    element,
    end,
    flow,
    flows,
    message,
    message_definition,
    script,
    service,
    start,
    timer,
    user,
)


def run(
    *elements: str, more: str = "", variables: dict[str, object] | None = None, **options: object
) -> Runner:
    return Runner({"p.bpmn": diagram("p", *elements, more=more)}, **options).start("p", variables)  # type: ignore[arg-type]


def test_exclusive_gateway_takes_the_first_condition_that_holds() -> None:
    r = run(
        start(),
        element("exclusiveGateway", "g", default="g-c"),
        flows("start", "g"),
        flow("g", "a", "x > 1"),
        flow("g", "b", "x > 0"),
        flow("g", "c"),
        script("a", "way = 'a'"),
        script("b", "way = 'b'"),
        script("c", "way = 'c'"),
        end(),
        flows("a", "end"),
        flows("b", "end"),
        flows("c", "end"),
        variables={"x": 1},
    )
    assert r.outcome is Outcome.COMPLETED, r.error
    assert r.variables["way"] == "b"


def test_parallel_branches_wait_for_each_other() -> None:
    r = run(
        start(),
        element("parallelGateway", "split"),
        user("a"),
        user("b"),
        element("parallelGateway", "join"),
        script("after", "n = 1"),
        end(),
        flows("start", "split", "a", "join", "after", "end"),
        flows("split", "b", "join"),
    )
    assert sorted(r.waiting()) == ["a", "b"]
    r.complete("a", {"one": 1})
    assert r.waiting() == ["b"]
    assert "after" not in r.completed()
    r.complete("b", {"two": 2})
    assert r.outcome is Outcome.COMPLETED, r.error
    assert r.completed().count("after") == 1
    assert r.variables == {"one": 1, "two": 2, "n": 1}


def test_a_parallel_join_in_a_loop_counts_each_round_by_itself() -> None:
    r = run(
        start(),
        script("count", "rounds = rounds + 1"),
        element("parallelGateway", "split"),
        user("a"),
        user("b"),
        element("parallelGateway", "join"),
        element("exclusiveGateway", "more", default="more-end"),
        end(),
        flows("start", "count", "split", "a", "join", "more", "end"),
        flows("split", "b", "join"),
        flow("more", "count", "rounds < 3"),
        variables={"rounds": 0},
    )
    for _ in range(3):
        r.complete("a")
        assert r.waiting() == ["b"], "the join must wait for this round's second branch"
        r.complete("b")
    assert r.outcome is Outcome.COMPLETED, r.error
    assert r.completed().count("join") == 3


def test_an_inclusive_join_waits_for_the_branches_that_were_taken() -> None:
    parts = (
        start(),
        element("inclusiveGateway", "split", default="split-c"),
        user("a"),
        user("b"),
        user("c"),
        element("inclusiveGateway", "join"),
        end(),
        flows("start", "split"),
        flow("split", "a", "x"),
        flow("split", "b", "y"),
        flow("split", "c"),
        flows("a", "join", "end"),
        flows("b", "join"),
        flows("c", "join"),
    )
    r = run(*parts, variables={"x": True, "y": True})
    assert sorted(r.waiting()) == ["a", "b"]
    assert r.complete("a").waiting() == ["b"]
    assert r.complete("b").outcome is Outcome.COMPLETED, r.error
    one = run(*parts, variables={"x": False, "y": False})
    assert one.waiting() == ["c"]
    assert one.complete("c").outcome is Outcome.COMPLETED


def test_the_first_event_behind_an_event_based_gateway_wins() -> None:
    parts = (
        start(),
        element("eventBasedGateway", "g"),
        element("intermediateCatchEvent", "answer", message_definition("answered", "reply")),
        element("intermediateCatchEvent", "late", timer("'PT1H'")),
        script("yes", "way = reply['text']"),
        script("no", "way = 'late'"),
        end(),
        flows("start", "g", "answer", "yes", "end"),
        flows("g", "late", "no", "end"),
    )
    more = message("answered")
    r = run(*parts, more=more)
    assert sorted(r.waiting()) == ["answer", "late"]
    r.send("answered", {"text": "hello"})
    assert r.outcome is Outcome.COMPLETED, r.error
    assert r.variables["way"] == "hello"
    late = run(*parts, more=more).forward("PT59M")
    assert late.outcome is Outcome.WAITING
    assert late.forward("PT1M").variables["way"] == "late"


def test_reminders_leave_a_task_alone_and_its_deadline_ends_it() -> None:
    parts = (
        start(),
        user("decide"),
        boundary("remind", "decide", timer("'PT24H'"), interrupting=False),
        boundary("expire", "decide", timer("'PT48H'")),
        script("reminded", "reminders = reminders + 1"),
        script("expired", "how = 'timeout'"),
        end(),
        end("end_reminded"),
        flows("start", "decide", "end"),
        flows("remind", "reminded", "end_reminded"),
        flows("expire", "expired", "end"),
    )
    r = run(*parts, variables={"reminders": 0})
    task = next(iter(r.waits.user_tasks.values()))
    assert task.deadline is not None
    assert task.deadline.element_id == "expire"
    r.forward("PT25H")
    assert sorted(r.waiting()) == ["decide", "expire"]
    assert "reminded" in r.completed()
    r.forward("PT24H")
    assert r.outcome is Outcome.COMPLETED, r.error
    assert r.completed().count("reminded") == 1
    assert r.variables["how"] == "timeout"
    answered = run(*parts, variables={"reminders": 0}).forward("PT30H").complete("decide")
    assert answered.outcome is Outcome.COMPLETED, answered.error
    assert "expired" not in answered.completed()


CHILD = diagram("child", start(), user("inner"), end(), flows("start", "inner", "end"))


def test_a_called_process_shares_its_variables_and_can_be_interrupted() -> None:
    parent = diagram(
        "p",
        start(),
        element("callActivity", "call", calledElement="child"),
        boundary("withdrawn", "call", message_definition("withdraw")),
        script("gone", "way = 'withdrawn'"),
        script("done", "way = answer"),
        end(),
        flows("start", "call", "done", "end"),
        flows("withdrawn", "gone", "end"),
        more=message("withdraw"),
    )
    files = {"p.bpmn": parent, "child.bpmn": CHILD}
    r = Runner(files).start("p", {"n": 1})
    assert sorted(r.waiting()) == ["inner", "withdrawn"]
    assert r.complete("inner", {"answer": "yes"}).outcome is Outcome.COMPLETED, r.error
    assert r.variables == {"n": 1, "answer": "yes", "way": "yes"}
    stopped = Runner(files).start("p").send("withdraw")
    assert stopped.outcome is Outcome.COMPLETED, stopped.error
    assert stopped.variables == {"way": "withdrawn"}
    assert not stopped.waits.user_tasks


def test_a_business_error_takes_its_boundary_event_even_from_a_called_process() -> None:
    child = diagram("child", start(), service("work", "do.it"), end(), flows("start", "work", "end"))
    error = '<bpmn:errorEventDefinition errorRef="e1"/>'
    parent = diagram(
        "p",
        start(),
        element("callActivity", "call", calledElement="child"),
        boundary("failed", "call", error),
        script("sorry", "way = 'failed'"),
        end(),
        flows("start", "call", "end"),
        flows("failed", "sorry", "end"),
        more='<bpmn:error id="e1" name="no stock" errorCode="NO_STOCK"/>',
    )
    files = {"p.bpmn": parent, "child.bpmn": child}
    r = Runner(files, answers={"do.it": BpmnError("NO_STOCK")}).start("p")
    assert r.outcome is Outcome.COMPLETED, r.error
    assert r.variables["way"] == "failed"
    other = Runner(files, answers={"do.it": BpmnError("ELSE")}).start("p")
    assert other.outcome is Outcome.FAILED
    assert isinstance(other.error, BpmnError)


def test_an_external_operation_waits_for_its_result() -> None:
    registry = OperationRegistry()
    registry.operation("pay.out", external=True)(lambda ctx, *, amount: {})  # noqa: ARG005
    r = run(
        start(),
        service("pay", "pay.out", "paid", amount="6 * 7"),
        end(),
        flows("start", "pay", "end"),
        registry=registry,
    )
    assert r.waiting() == ["pay"]
    waiting = next(iter(r.waits.services.values()))
    assert (waiting.operation, waiting.arguments) == ("pay.out", {"amount": 42})
    r.finish("pay", {"status": "ok"})
    assert r.outcome is Outcome.COMPLETED, r.error
    assert r.variables["paid"] == {"status": "ok"}


@pytest.mark.parametrize("sequential", ["true", "false"])
def test_multi_instance_tasks_run_once_for_each_item(sequential: str) -> None:
    loop = (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{sequential}">'
        "<bpmn:loopDataInputRef>lines</bpmn:loopDataInputRef>"
        "<bpmn:loopDataOutputRef>results</bpmn:loopDataOutputRef>"
        '<bpmn:inputDataItem id="line" name="line"/><bpmn:outputDataItem id="result" name="result"/>'
        "</bpmn:multiInstanceLoopCharacteristics>"
    )
    r = run(
        start(),
        user("check", inner=loop),
        end(),
        flows("start", "check", "end"),
        variables={"lines": [1, 2, 3]},
    )
    for n in range(3):
        assert r.outcome is Outcome.WAITING, r.error
        r.complete("check", {"result": n * 10})
    assert r.outcome is Outcome.COMPLETED, r.error
    assert sorted(r.variables["results"]) == [0, 10, 20]


def test_a_loop_through_a_user_task_goes_round_and_its_state_stays_small() -> None:
    r = run(
        start(),
        user("again"),
        element("exclusiveGateway", "more", default="more-again"),
        end(),
        flows("start", "again", "more"),
        flow("more", "end", "stop"),
        flow("more", "again"),
    )
    for _ in range(50):
        r.complete("again", {"stop": False})
    r.complete("again", {"stop": True})
    assert r.outcome is Outcome.COMPLETED, r.error
    assert r.completed().count("again") == 51


def test_an_embedded_subprocess_runs_and_can_be_interrupted() -> None:
    inner = (
        start("inner_start") + user("inner") + end("inner_end") + flows("inner_start", "inner", "inner_end")
    )
    parts = (
        start(),
        element("subProcess", "sub", inner),
        boundary("late", "sub", timer("'P1D'")),
        script("gone", "way = 'late'"),
        end(),
        flows("start", "sub", "end"),
        flows("late", "gone", "end"),
    )
    assert run(*parts).complete("inner").outcome is Outcome.COMPLETED
    late = run(*parts).forward("P1D")
    assert late.outcome is Outcome.COMPLETED, late.error
    assert late.variables["way"] == "late"


def test_a_comment_in_a_script_is_not_part_of_it() -> None:
    r = run(
        start(),
        element("scriptTask", "s", "<bpmn:script><!-- why -->n = 1</bpmn:script>"),
        end(),
        flows("start", "s", "end"),
    )
    assert r.variables == {"n": 1}


@pytest.mark.parametrize("duration", ["'P99999999Y'", "'-PT1H'", "'48h'", "48"])
def test_a_timer_that_is_no_duration_says_so(duration: str) -> None:
    r = run(
        start(), element("intermediateCatchEvent", "t", timer(duration)), end(), flows("start", "t", "end")
    )
    assert r.outcome is Outcome.FAILED
    assert type(r.error).__name__ == "TimerInvalid"


def test_an_instant_can_be_computed_from_another() -> None:
    r = run(
        start(),
        script("s", "late = later('2026-02-27T12:00:00+08:00', 'P2D')"),
        end(),
        flows("start", "s", "end"),
    )
    assert r.variables == {"late": "2026-03-01T04:00:00+00:00"}


def test_what_never_waits_and_never_ends_is_stopped() -> None:
    r = run(
        start(),
        script("spin", "n = 1"),
        element("exclusiveGateway", "again", default="again-spin"),
        end(),
        flows("start", "spin", "again", "spin"),
        flow("again", "end", "False"),
    )
    assert r.outcome is Outcome.FAILED
    assert type(r.error).__name__ == "StepTooLong"


def test_a_loop_of_ten_thousand_rounds_runs() -> None:
    r = run(
        start(),
        script("count", "n = n + 1"),
        element("exclusiveGateway", "more", default="more-end"),
        end(),
        flows("start", "count", "more", "end"),
        flow("more", "count", "n < 10000"),
        variables={"n": 0},
    )
    assert r.outcome is Outcome.COMPLETED, r.error
    assert r.variables["n"] == 10_000


def test_a_thousand_elements_in_a_row_parse_and_run() -> None:
    ids = [f"s{n}" for n in range(1_000)]
    r = run(
        start(),
        *(script(i, "n = n + 1") for i in ids),
        end(),
        flows("start", *ids, "end"),
        variables={"n": 0},
    )
    assert r.outcome is Outcome.COMPLETED, r.error
    assert r.variables["n"] == 1_000
