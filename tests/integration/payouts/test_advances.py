"""Refunds of orders whose shops had been paid out: the platform pays in advance, and claims it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.actors import SYSTEM
from processes.notifications.tables import Notification
from processes.orders.tables import Order
from processes.payouts.claiming import claim_advance, claims_on, withdraw_claim
from processes.payouts.errors import PayoutConflict, PayoutInvalid
from processes.payouts.recording import close_shop, record_payout
from tests.integration.money.desk import cancelled
from tests.marketplace import NOW, Marketplace, marketplace


@pytest.fixture
def market(session: Session) -> Marketplace:
    return marketplace(session)


def pay_out(market: Marketplace, order: Order, amount: int, reference: str = "T1") -> bool:
    return record_payout(
        market.session, order_no=order.order_no, reference=reference, amount=amount, paid_at=NOW
    )


def settle(market: Marketplace, order: Order, units: int) -> int:
    """Refund some units; what the platform claims for it."""
    refund = cancelled(market, order, {1: units})
    return claim_advance(market.session, refund.case, refund.refund_no, refund.amount, actor=SYSTEM, now=NOW)


def claims(market: Marketplace) -> list[tuple[int, bool]]:
    market.session.flush()
    return [(claim.amount, claim.shop_closed) for claim in claims_on(market.session, market.shop)]


def told(market: Marketplace) -> list[str]:
    return list(market.session.scalars(sa.select(Notification.template).order_by(Notification.template)))


def test_what_a_shop_has_not_been_paid_is_not_claimed(market: Marketplace) -> None:
    assert settle(market, market.order([(1000, 3)]), 1) == 0
    assert claims(market) == []


def test_no_more_is_claimed_than_the_shop_was_paid(market: Marketplace) -> None:
    order = market.order([(1000, 3)])
    assert pay_out(market, order, 1500)
    assert not pay_out(market, order, 1500)
    assert [settle(market, order, 1) for _ in range(3)] == [1000, 500, 0]
    assert sorted(claims(market)) == [(500, False), (1000, False)]
    assert told(market) == ["refund_advanced"] * 2


def test_a_claim_is_made_once_and_goes_with_its_refund(market: Marketplace) -> None:
    order = market.order([(1000, 1)])
    pay_out(market, order, 900)
    refund = cancelled(market, order)
    for expected in (900, 0):
        claimed = claim_advance(
            market.session, refund.case, refund.refund_no, refund.amount, actor=SYSTEM, now=NOW
        )
        assert claimed == expected
    withdraw_claim(market.session, refund.refund_no)
    assert claims(market) == []


def test_a_closed_shop_is_the_platforms_to_pursue(market: Marketplace) -> None:
    order = market.order([(1000, 1)])
    pay_out(market, order, 1000)
    close_shop(market.session, market.shop, now=NOW)
    assert settle(market, order, 1) == 1000
    assert claims(market) == [(1000, True)]
    assert told(market) == ["claim_on_closed_shop"]


def test_payouts_that_cannot_be_are_refused(market: Marketplace) -> None:
    order = market.order([(1000, 1)])
    pay_out(market, order, 600)
    with pytest.raises(PayoutConflict):
        pay_out(market, order, 500)
    for amount in (0, 401):
        with pytest.raises(PayoutInvalid):
            pay_out(market, order, amount, "T2")
