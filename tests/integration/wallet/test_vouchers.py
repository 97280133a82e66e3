"""Coupons and points that paid for an order: what comes back, and what the buyer sees of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.actors import SYSTEM
from engine.values import Variables
from processes.cases.cancelling import cancel_lines
from processes.cases.carrying import close
from processes.liability.recording import record_liability
from processes.money.preparing import prepare_refund
from processes.money.settling import settle_refund
from processes.money.tables import Refund, RefundPart
from processes.orders.paying import record_payment
from processes.orders.tables import Order, Payment
from processes.wallet.books import VoucherTerms
from processes.wallet.queries import Wallet, wallet_of
from processes.wallet.tables import Voucher, VoucherMovement
from tests.integration.money.desk import open_case
from tests.marketplace import NOW, Marketplace, marketplace
from tests.process.bundle import program

DAY = dt.timedelta(days=1)
EXPIRED = VoucherTerms(valid_until=NOW - DAY)
VALID = VoucherTerms(valid_until=NOW + 10 * DAY)


@pytest.fixture
def market(session: Session) -> Marketplace:
    return marketplace(session)


def decide(table: str, variables: Variables) -> Variables:
    """The table as it is deployed."""
    return program().decisions[table].decide(variables)


def order_paid_by(
    market: Marketplace, lines: list[tuple[int, int]], **vouchers: tuple[int, VoucherTerms]
) -> Order:
    """An order paid by vouchers as far as they go, and the rest by WeChat."""
    order = market.order(lines, paid=False)
    left = order.total

    def pay(tender: str, amount: int, terms: VoucherTerms) -> None:
        record_payment(
            market.session,
            order,
            tender=tender,
            reference=f"{tender}-{order.order_no}",
            amount=amount,
            captured_at=NOW,
            now=NOW,
            terms=terms,
        )

    for tender, (amount, terms) in vouchers.items():
        pay(tender, amount, terms)
        left -= amount
    if left:
        pay("wechat", left, VoucherTerms())
    return order


def refunded(market: Marketplace, order: Order, units: dict[int, int], fault: str = "nobody") -> Refund:
    """Cancel units and see their refund through to the end."""
    session = market.session
    case = open_case(market, order, units)
    record_liability(
        session, case, fault=fault, freight_payer="", idempotency_key=case.case_no, actor=SYSTEM, now=NOW
    )
    cancel_lines(session, case, actor=SYSTEM, now=NOW)
    refund = prepare_refund(
        session, case, freight_payer="", seller_at_fault=False, decide=decide, actor=SYSTEM, now=NOW
    )
    session.execute(
        sa.update(RefundPart).where(RefundPart.refund_no == refund.refund_no).values(status="succeeded")
    )
    settle_refund(session, refund.refund_no, actor=SYSTEM, now=NOW)
    settle_refund(session, refund.refund_no, actor=SYSTEM, now=NOW)
    close(session, case, "refunded", actor=SYSTEM, now=NOW)
    return session.get_one(Refund, refund.refund_no)


def wallet(market: Marketplace) -> Wallet:
    buyer = market.session.scalars(sa.select(Order.buyer_id)).first()
    assert buyer is not None
    return wallet_of(market.session, buyer, now=NOW)


def usable(market: Marketplace) -> list[tuple[str, int, Any]]:
    return [(v.instrument, v.remaining, v.valid_until) for v in wallet(market).usable]


def test_a_whole_coupon_and_points_come_back_as_they_were(market: Marketplace) -> None:
    order = order_paid_by(market, [(1000, 2)], coupon=(300, VALID), points=(200, VoucherTerms()))
    assert usable(market) == []
    refund = refunded(market, order, {1: 2})
    assert refund.amount == 2000
    assert usable(market) == [("coupon", 300, VALID.valid_until), ("points", 200, None)]
    kinds = [(move.kind, move.amount) for move in wallet(market).movements]
    assert kinds[:2] == [("returned", 200), ("returned", 300)]


def test_part_of_a_coupon_comes_back_as_a_new_one(market: Marketplace) -> None:
    order = order_paid_by(market, [(1000, 2)], coupon=(500, VALID))
    first, second = (refunded(market, order, {1: 1}) for _ in range(2))
    assert (first.amount, second.amount) == (1000, 1000)
    vouchers = {v.code: v.remaining for v in market.session.scalars(sa.select(Voucher))}
    assert vouchers == {
        f"coupon-{order.order_no}": 0,
        f"{first.refund_no}-1": 250,
        f"{second.refund_no}-1": 250,
    }
    assert {until for _, _, until in usable(market)} == {NOW + 30 * DAY}


@pytest.mark.parametrize(
    ("terms", "fault", "comes_back"),
    [
        (EXPIRED, "nobody", False),
        (EXPIRED, "seller", True),
        (VoucherTerms(kind="gift", valid_until=NOW + DAY), "buyer", False),
        (VoucherTerms(kind="gift", valid_until=NOW + DAY), "carrier", True),
    ],
)
def test_what_does_not_come_back_is_used_up_and_explained(
    market: Marketplace, terms: VoucherTerms, fault: str, comes_back: bool
) -> None:
    order = order_paid_by(market, [(1000, 1)], coupon=(300, terms))
    refund = refunded(market, order, {1: 1}, fault)
    assert (refund.amount, refund.withheld) == ((1000, 0) if comes_back else (700, 300))
    assert sum(remaining for _, remaining, _ in usable(market)) == (300 if comes_back else 0)
    codes = {step["code"]: step["amount"] for step in refund.explanation}
    assert codes.get("voucher_forfeit") == (None if comes_back else -300)
    assert codes.get("given_back") == (None if comes_back else 700)
    payments = market.session.scalars(sa.select(Payment)).all()
    assert all(payment.refundable == 0 for payment in payments)


@pytest.mark.parametrize("cuts", [(1, 2, 4), (4, 2, 1), (7,), (1, 1, 1, 1, 1, 1, 1)])
def test_a_lost_coupon_costs_the_same_whatever_the_sequence(
    market: Marketplace, cuts: tuple[int, ...]
) -> None:
    order = order_paid_by(market, [(333, 7)], coupon=(500, EXPIRED))
    given = [refunded(market, order, {1: cut}).amount for cut in cuts]
    assert sum(given) == order.total - 500
    refunded_by_line = market.session.scalar(sa.text("SELECT refunded FROM order_line"))
    assert refunded_by_line == order.total - 500


def test_a_book_of_vouchers_adds_up(market: Marketplace) -> None:
    order = order_paid_by(market, [(1000, 3)], coupon=(500, EXPIRED), points=(700, EXPIRED))
    refunded(market, order, {1: 1})
    refunded(market, order, {1: 2}, "seller")
    sums = market.session.execute(
        sa.select(Voucher.remaining, sa.func.sum(VoucherMovement.amount))
        .join(VoucherMovement, VoucherMovement.voucher_id == Voucher.id)
        .group_by(Voucher.id)
    ).all()
    assert sums
    assert all(remaining == moved for remaining, moved in sums)
