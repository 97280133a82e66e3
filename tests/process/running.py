"""What a path through a diagram is, as data, and how it is run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.forms import Form
from engine.runner import Outcome, Runner
from engine.values import Variables
from tests.process.bundle import files, program, registry

Step = Callable[[Runner], None]

CASE: Variables = {
    "case_id": "C202611240000001",
    "flow": "buyer",
    "initiator": "buyer",
    "reason": "B_MIND",
    "shop_id": "shop-1",
    "buyer_id": "buyer-1",
    "order_no": "O1",
    "order_state": "paid",
    "category": "apparel",
    "amount": 12_900,
    "currency": "CNY",
    "minutes_since_payment": 600,
    "text_length": 12,
    "photo_count": 0,
    "buyer_standing": "new",
}

ANSWERS: Mapping[str, Any] = {
    "case.place_hold": {"held": True, "order_state": "paid"},
    "case.release_hold": {},
    "case.mark": {},
    "case.record_decision": {"decided_at": "2026-11-24T00:00:00+00:00"},
    "case.open_hearing": {},
    "case.close_hearing": {},
    "case.record_ruling": {},
    "case.answer_ruling": {},
    "case.take_appeals": {"sides": []},
    "case.apply_ruling": {
        "ruling": "buyer",
        "freight_payer": "seller",
        "fault": "seller",
        "keep_goods": False,
    },
    "case.record_statement": {},
    "case.cancel_lines": {"order_state": "cancelled"},
    "case.close": {},
    "case.restock": {},
    "liability.record": {},
    "refund.prepare": {"refund_no": "R1", "amount": 12_900, "currency": "CNY"},
    "refund.settle": {"settled_at": "2026-11-24T00:00:00+00:00"},
    "chargeback.record": {"decided": True},
    "return.open": {"return_no": "T1", "address": {}},
    "return.record_shipment": {},
    "return.record_receipt": {"accepted_units": 0, "refused_units": 2},
    "return.list_refused": {"units": 2},
    "return.keep_refused": {},
    "return.choose_back": {},
    "return.record_refused_shipment": {},
    "return.close_refused": {},
    "return.grant": {"accepted_units": 2, "refused_units": 0},
    "notify.send": {},
    "offer.make": {"kind": "amount", "number": 1},
    "offer.answer": {},
    "exchange.record_shipment": {},
    "refusal.record_delivery": {},
    "refusal.record_lapse": {},
    "shipping.verify_claim": {"verified": False, "basis": "not_evident"},
    "shipping.request_interception": {"parcels": ["S1"]},
    "shipping.answer_interceptions": {"intercepted": True, "stopped": True},
    "shipping.offer_cancellation": {"offered": True},
    "shipping.flag_stalled": {},
    "parcel.look": {"stage": "over", "step": 0, "next_at": ""},
    "parcel.remind": {},
    "parcel.report_missing": {},
    "parcel.rule": {"then": "settled", "verdict": "received", "next_at": ""},
    "parcel.send_anew": {},
}


@dataclass(frozen=True)
class Path:
    """One way through a process.

    Attributes:
        ends: The end events that it comes to, in the order of their ids.
        variables: Added to those of a usual case.
        answers: Of operations, where they differ from the usual ones.
        calls: Some of the operations that it must call, each with some of its arguments.
        never: Operations that it must not call.
        changed: What an analyst changed in the bundle: file, text, other text.
        result: Variables that it must end with.
        message: What starts it, with the variables as its payload; empty if it starts by its name.
    """

    name: str
    process_id: str
    ends: tuple[str, ...]
    steps: tuple[Step, ...] = ()
    variables: Variables = field(default_factory=dict)
    answers: Mapping[str, Any] = field(default_factory=dict)
    calls: tuple[tuple[str, Variables], ...] = ()
    never: tuple[str, ...] = ()
    changed: tuple[tuple[str, str, str], ...] = ()
    result: Variables = field(default_factory=dict)
    message: str = ""

    def __str__(self) -> str:
        return f"{self.process_id}-{self.name}"


def complete(element_id: str, **values: Any) -> Step:
    """A person completes a task; what was filled in goes through the task's form first."""

    def step(run: Runner) -> None:
        task = next(t for t in run.waits.user_tasks.values() if t.element_id == element_id)
        form = Form.parse(files()[f"forms/{task.form_key}"])
        run.complete(element_id, form.validate(values))

    return step


def send(message: str, **payload: Any) -> Step:
    """A message arrives."""
    return lambda run: _ignore(run.send(message, payload))


def wait(duration: str) -> Step:
    """Time passes."""
    return lambda run: _ignore(run.forward(duration))


def finish(element_id: str, **result: Any) -> Step:
    """The worker brings back what an external operation said."""
    return lambda run: _ignore(run.finish(element_id, result))


def assigned(element_id: str, group: str) -> Step:
    """A task waits, and for these people."""

    def step(run: Runner) -> None:
        groups = [t.candidate_group for t in run.waits.user_tasks.values() if t.element_id == element_id]
        assert groups == [group]

    return step


def deadline(element_id: str, effect: str) -> Step:
    """A task's deadline says what happens when it passes."""

    def step(run: Runner) -> None:
        task = next(t for t in run.waits.user_tasks.values() if t.element_id == element_id)
        assert task.deadline is not None
        assert task.deadline.element_id == effect

    return step


REFUNDED: tuple[Step, ...] = (finish("task_execute_refund", status="succeeded"),)


_RUNS: dict[str, Runner] = {}


def begin(run: Runner, process_id: str, given: Variables, message: str) -> None:
    """Start a process by its name, or by a message that brings the variables."""
    if message:
        run.start_by(process_id, "message", message, given)
    else:
        run.start(process_id, given)


def run_of(path: Path) -> Runner:
    """The run of a path; each is run once, for its own test and for the coverage of all."""
    if str(path) not in _RUNS:
        run = Runner(program(path.changed), answers={**ANSWERS, **path.answers}, registry=registry())
        begin(run, path.process_id, {**CASE, **path.variables}, path.message)
        for number, step in enumerate(path.steps, start=1):
            assert run.outcome is Outcome.WAITING, f"ended before step {number}: {run.error!r}"
            step(run)
        _RUNS[str(path)] = run
    return _RUNS[str(path)]


def taken(run: Runner) -> set[tuple[str, str, str]]:
    """The flows that a run has taken: process, source, target."""
    return {(e.process_id, e.source, e.element_id) for e in run.trace if e.source is not None}


def _ignore(_run: Runner) -> None:
    return None
