"""Names of enumerations, in the reader's language: the one place where codes become words.

Each table maps a stable code to its wording; :func:`word` looks one up and falls back to the
code itself, so that a code that is newer than its table is still shown. The tables are in a
module for each area.
"""

from __future__ import annotations

from flask_babel import LazyString

from webapp.wording import cases, money, orders, people, settling

WORDS: dict[str, dict[str, LazyString]] = {
    "basis": cases.BASES,
    "order_state": orders.ORDER_STATES,
    "case_status": cases.CASE_STATUSES,
    "outcome": cases.OUTCOMES,
    "flow": cases.FLOWS,
    "flow_hint": cases.FLOW_HINTS,
    "reason": cases.REASONS,
    "evidence": cases.EVIDENCE,
    "evidence_kind": cases.EVIDENCE_KINDS,
    "refusal_code": cases.REFUSAL_CODES,
    "party": people.PARTIES,
    "refund_status": money.REFUND_STATUSES,
    "tender": money.TENDERS,
    "shipment_state": orders.SHIPMENT_STATES,
    "carrier_event": orders.CARRIER_EVENTS,
    "interception_answer": orders.INTERCEPTION_ANSWERS,
    "tracking_result": orders.TRACKING_RESULTS,
    "offer_end": orders.OFFER_ENDS,
    "category": orders.CATEGORIES,
    "role": people.ROLES,
    "decided_how": cases.DECIDED_HOW,
    "stars": settling.STARS,
    "dispute_stage": settling.DISPUTE_STAGES,
    "ruling": settling.RULINGS,
    "voucher_movement": money.VOUCHER_MOVEMENTS,
    "account_kind": money.ACCOUNT_KINDS,
    "chargeback_status": money.CHARGEBACK_STATUSES,
    "offer_kind": settling.OFFER_KINDS,
    "offer_answer": settling.OFFER_ANSWERS,
    "stock_place": settling.STOCK_PLACES,
    "settlement": settling.SETTLEMENTS,
}


def word(code: str | None, table: str) -> LazyString | str:
    """The reader's word for a code of a table of :data:`WORDS`."""
    if not code:
        return "—"
    return WORDS[table].get(code, code)
