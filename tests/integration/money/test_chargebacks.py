"""A payment that its bank takes back: the buyer is paid once, by us or by the bank."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import sqlalchemy as sa

from engine.clock import FixedClock
from processes.cases.tables import CaseEvent
from processes.chargebacks.tables import Chargeback
from processes.fakes import FakeProcessEngine
from processes.money.errors import ChargebackPartial, PaymentDisputed
from processes.money.notices import ChargebackNotice, take_notice
from processes.notifications.tables import Notification
from tests.integration.gateway.stripe_bench import StripeBench, on_stripe
from tests.integration.money.desk import Desk, cancelled
from tests.marketplace import marketplace

AMOUNT = 2000


@dataclass
class Disputed:
    """Refunds of one payment at Stripe, which its buyer disputes at his bank."""

    desk: Desk
    bench: StripeBench
    charge: str
    dispute: str
    refunds: list[str]

    def tell(self, *, notice_id: str = "evt_1", amount: int = AMOUNT, **changes: str) -> FakeProcessEngine:
        """Stripe tells of the dispute; the engine that heard of it."""
        engine = FakeProcessEngine()
        notice = ChargebackNotice(
            provider="stripe",
            notice_id=notice_id,
            reference=changes.get("reference", self.dispute),
            payment_references=(changes.get("charge", self.charge),),
            amount=amount,
        )
        with self.desk.transaction() as session:
            take_notice(session, engine, notice, now=self.desk.clock.now())
        return engine

    def count(self, table: type, *conditions: sa.ColumnElement[bool]) -> int:
        with self.desk.transaction() as session:
            return session.scalar(sa.select(sa.func.count()).select_from(table).where(*conditions)) or 0


@pytest.fixture(params=["tok_createDispute"])
def disputed(
    request: pytest.FixtureRequest, database: sa.Engine, clock: FixedClock, stripe_mock_url: str
) -> Iterator[Disputed]:
    with on_stripe(stripe_mock_url) as bench:
        charge = bench.client.v1.charges.create(
            {"amount": AMOUNT, "currency": "cny", "source": request.param}
        )
        desk = Desk(database, clock)
        desk.gateway = bench.gateway
        with desk.transaction() as session:
            market = marketplace(session)
            order = market.order([(1000, 2)], tenders=[("unionpay", AMOUNT)], reference=lambda *_: charge.id)
            refunds = [cancelled(market, order, {1: 1}).refund_no for _ in range(2)]
        dispute = str(bench.client.v1.charges.retrieve(charge.id).to_dict()["dispute"])
        yield Disputed(desk, bench, charge.id, dispute, refunds)


def test_nothing_is_refunded_while_the_bank_decides(disputed: Disputed) -> None:
    disputed.tell()
    for _ in range(2):
        with pytest.raises(PaymentDisputed) as refusal:
            disputed.desk.run(disputed.refunds[0]).execute()
        assert refusal.value.params["reference"] == disputed.dispute
    assert disputed.bench.refunds(disputed.charge) == []
    assert disputed.desk.payments() == [("unionpay", AMOUNT, 0)]


def test_what_the_bank_has_given_back_is_not_paid_again(disputed: Disputed) -> None:
    disputed.tell()
    disputed.bench.overlay.disputes[disputed.dispute] = "lost"
    for refund_no in disputed.refunds:
        assert disputed.desk.run(refund_no).execute() == "succeeded"
        assert disputed.desk.run(refund_no).execute() == "succeeded"
        disputed.desk.settle(refund_no)
        assert disputed.desk.run(refund_no).recheck() == []
    assert disputed.bench.refunds(disputed.charge) == []
    assert disputed.desk.payments() == [("unionpay", 0, AMOUNT)]
    assert disputed.count(CaseEvent, CaseEvent.kind == "refund_by_bank") == 2
    assert disputed.count(Chargeback, Chargeback.status == "lost") == 1


def test_a_bank_that_gave_back_less_leaves_the_rest_to_a_person(disputed: Disputed) -> None:
    disputed.tell(amount=1500)
    disputed.bench.overlay.disputes[disputed.dispute] = "lost"
    assert disputed.desk.run(disputed.refunds[0]).execute() == "succeeded"
    with pytest.raises(ChargebackPartial) as refusal:
        disputed.desk.run(disputed.refunds[1]).execute()
    assert refusal.value.params["taken"] == 500


@pytest.mark.parametrize("disputed", ["tok_createDisputeInquiry"], indirect=True)
@pytest.mark.parametrize("status", ["warning_needs_response", "won"])
def test_a_payment_that_is_ours_again_is_refunded(disputed: Disputed, status: str) -> None:
    disputed.tell()
    disputed.bench.overlay.disputes[disputed.dispute] = status
    assert disputed.desk.run(disputed.refunds[0]).execute() == "succeeded"
    assert [one.amount for one in disputed.bench.refunds(disputed.charge)] == [1000]
    assert disputed.count(Chargeback, Chargeback.status == "cleared") == 1


def test_a_dispute_that_nobody_told_of_is_a_failure_that_says_so(disputed: Disputed) -> None:
    assert disputed.desk.run(disputed.refunds[0]).execute() == "failed"
    assert disputed.desk.refund(disputed.refunds[0]).parts[0].failure_code == "charge_disputed"


def test_the_platform_is_told_once_and_refunds_that_wait_are_woken(disputed: Disputed) -> None:
    woken = disputed.tell()
    assert [process_id for process_id, _, _ in woken.started] == ["chargeback_watch"]
    assert [name for name, _, _ in woken.messages] == ["refund_news"] * 2
    assert disputed.tell().messages == []
    again = disputed.tell(notice_id="evt_2")
    assert again.started == []
    assert [name for name, _, _ in again.messages] == ["chargeback_news", "refund_news", "refund_news"]
    assert disputed.tell(notice_id="evt_3", charge="ch_other", reference="dp_other").messages == []
    assert disputed.count(Chargeback) == 1
    assert disputed.count(Notification, Notification.template == "chargeback_opened") == 1
    assert disputed.count(CaseEvent, CaseEvent.kind == "chargeback_opened") == 2
