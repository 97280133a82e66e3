"""Transactions: cancelling undoes what they have done; an error that leaves them doesn't."""

from __future__ import annotations

from typing import Any

from engine.operations import BpmnError
from engine.runner import Outcome, Runner
from tests.diagrams import boundary, diagram, element, end, flow, flows, service, start, user
from tests.unit.engine.test_compensation import BOOK, undo_script, undoable

CANCEL = "<bpmn:cancelEventDefinition/>"
ERROR = '<bpmn:errorEventDefinition errorRef="err"/>'


def transaction(*beside: str, answers: Any = None) -> Runner:
    inner = (
        start("s"),
        *BOOK,
        user("wait"),
        service("pay", "pay.out"),
        element("exclusiveGateway", "ok", default="ok-e"),
        end("e"),
        end("give_up", CANCEL),
        flows("s", "hotel", "flight", "pay", "ok", "e"),
        flows("s", "wait", "e"),
        flow("ok", "give_up", "not result['paid']"),
    )
    text = diagram(
        "p",
        start(),
        element("transaction", "trip", "".join(inner)),
        boundary("cancelled", "trip", CANCEL),
        boundary("hazard", "trip", ERROR),
        user("sorry"),
        user("mend"),
        user("after"),
        end(),
        flows("start", "trip", "after", "end"),
        flows("cancelled", "sorry", "end"),
        flows("hazard", "mend", "end"),
        *beside,
        more='<bpmn:error id="err" name="err" errorCode="E1"/>',
    )
    r = Runner({"p.bpmn": text}, answers=answers or {}).start("p", {"n": 1})
    return r.complete("flight", {"booked": "flight"})


def test_a_cancelled_transaction_is_undone_and_takes_its_cancel_event() -> None:
    r = transaction(answers={"pay.out": {"paid": False}})
    assert r.waiting() == ["no_flight"], "what still ran in it has ended"
    r.complete("no_flight", {"given_back": 7})
    assert r.waiting() == ["no_hotel"]
    r.complete("no_hotel")
    assert r.waiting() == ["sorry"]
    assert r.variables == {"n": 1, "given_back": 7}, "its own variables have ended with it"
    assert r.complete("sorry").outcome is Outcome.COMPLETED, r.error
    assert "give_up" in r.completed()
    assert not {"after", "e", "wait"} & set(r.completed())


def test_a_transaction_that_ends_well_is_a_subprocess() -> None:
    r = transaction(answers={"pay.out": {"paid": True}})
    assert sorted(r.waiting()) == ["wait"]
    r.complete("wait")
    assert r.waiting() == ["after"]
    assert r.complete("after").outcome is Outcome.COMPLETED, r.error


def test_an_error_that_leaves_a_transaction_undoes_nothing() -> None:
    r = transaction(answers={"pay.out": BpmnError("E1")})
    assert r.waiting() == ["mend"]
    assert not {"no_flight", "no_hotel"} & set(r.completed())


def test_a_transaction_with_nothing_to_undo_is_cancelled_at_once() -> None:
    inner = start("s") + end("give_up", CANCEL) + flows("s", "give_up")
    r = Runner(
        {
            "p.bpmn": diagram(
                "p",
                start(),
                element("transaction", "t", inner),
                boundary("cancelled", "t", CANCEL),
                user("sorry"),
                end(),
                flows("start", "t", "end"),
                flows("cancelled", "sorry", "end"),
            )
        }
    ).start("p")
    assert r.waiting() == ["sorry"]
    assert r.complete("sorry").outcome is Outcome.COMPLETED, r.error


def test_a_completed_transaction_is_compensated_from_outside() -> None:
    inner = (
        start("s"),
        element("task", "a"),
        undoable("a", "back"),
        undo_script("back", "undone = True"),
        end("e"),
        flows("s", "a", "e"),
    )
    throw = element("intermediateThrowEvent", "throw", "<bpmn:compensateEventDefinition/>")
    r = Runner(
        {
            "p.bpmn": diagram(
                "p",
                start(),
                element("transaction", "t", "".join(inner)),
                throw,
                end(),
                flows("start", "t", "throw", "end"),
            )
        }
    ).start("p")
    assert r.outcome is Outcome.COMPLETED, r.error
    assert r.variables == {"undone": True}
