"""Every operation that diagrams may name is registered, in the way that it has to run."""

from __future__ import annotations

from engine.operations import OperationRegistry
from processes.money.gateway import ChargebackStanding, Outcome, OutcomeStatus, RefundRequest
from processes.operations import register_operations

IN_STEP = {
    "chargeback.record",
    "case.place_hold",
    "case.release_hold",
    "case.mark",
    "case.record_decision",
    "case.record_ruling",
    "case.record_statement",
    "case.cancel_lines",
    "case.close",
    "case.restock",
    "liability.record",
    "refund.prepare",
    "refund.reopen",
    "refund.settle",
    "parcel.look",
    "parcel.remind",
    "parcel.report_missing",
    "parcel.rule",
    "parcel.send_anew",
    "return.grant",
    "return.list_refused",
    "return.keep_refused",
    "return.choose_back",
    "return.record_refused_shipment",
    "return.close_refused",
    "case.open_hearing",
    "case.close_hearing",
    "case.answer_ruling",
    "case.take_appeals",
    "case.apply_ruling",
    "return.open",
    "return.record_shipment",
    "return.record_receipt",
    "offer.make",
    "offer.answer",
    "exchange.record_shipment",
    "refusal.record_delivery",
    "refusal.record_lapse",
    "notify.send",
    "shipping.verify_claim",
    "shipping.request_interception",
    "shipping.answer_interceptions",
    "shipping.offer_cancellation",
    "shipping.flag_stalled",
}
EXTERNAL = {"refund.execute", "refund.query", "refund.recheck", "chargeback.ask"}


class NoGateway:
    def provider_of(self, tender: str) -> str:
        raise NotImplementedError

    def chargeback(self, provider: str, reference: str) -> ChargebackStanding:
        raise NotImplementedError

    def submit(self, request: RefundRequest) -> Outcome:
        return Outcome(status=OutcomeStatus.UNKNOWN)

    def query(self, request: RefundRequest) -> Outcome:
        return Outcome(status=OutcomeStatus.UNKNOWN)


def test_all_operations_are_there() -> None:
    registry = OperationRegistry()
    register_operations(registry, NoGateway())
    assert {operation.name for operation in registry if operation.external} == EXTERNAL
    assert {operation.name for operation in registry if not operation.external} == IN_STEP


def test_what_a_diagram_may_leave_out_has_a_default() -> None:
    registry = OperationRegistry()
    register_operations(registry, NoGateway())
    decision = registry.get("case.record_decision")
    assert decision is not None
    assert decision.required == {"case_id", "decision", "how"}
