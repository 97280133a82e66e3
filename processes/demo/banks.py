"""Buyers who go to their banks: the embedded gateway pretends it, and is asked as any provider is."""

from __future__ import annotations

import datetime as dt

from engine import Engine
from processes.demo.working import do_calls
from processes.money.ledger.disputes import decide_dispute, open_dispute
from processes.money.notices import take_notice
from processes.orders.orders import find_order
from processes.orders.tables import Order, Payment
from processes.wallet.rules import INSTRUMENTS


def go_to_bank(engine: Engine, order_no: str, now: dt.datetime) -> str:
    """Dispute an order's payment; returns the dispute's number."""
    with engine.transaction() as session:
        notice = open_dispute(session, _by_card(find_order(session, order_no)), now=now)
        take_notice(session, engine, notice, now=now)
    do_calls(engine, notice.reference)
    return notice.reference


def let_bank_decide(engine: Engine, reference: str, now: dt.datetime, *, lost: bool) -> None:
    """The bank decides about a dispute, which the product hears of."""
    with engine.transaction() as session:
        take_notice(session, engine, decide_dispute(session, reference, lost=lost, now=now), now=now)
    do_calls(engine, reference)


def _by_card(order: Order) -> Payment:
    """The payment that the most was paid by; no bank knows of coupons and points."""
    return max(order.payments, key=lambda one: (one.tender not in INSTRUMENTS, one.captured))
