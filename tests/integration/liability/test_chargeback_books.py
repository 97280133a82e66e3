"""Charge-backs in the books of who bears what, followed by the real engine until the bank has decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from engine.clock import FixedClock
from engine.incidents import retry_incident
from engine.tables import Incident
from processes.chargebacks.reading import chargebacks, chargebacks_of_order
from processes.chargebacks.tables import Chargeback
from processes.liability.bearing import shop_account
from processes.liability.checking import check_books
from processes.liability.statements import month_of, statement
from processes.liability.tables import LiabilityEntry
from processes.money.gateway import ChargebackStatus, Outcome, RefundGateway, RefundRequest
from processes.money.ledger.tables import LedgerPosting
from processes.money.notices import ChargebackNotice, take_notice
from processes.notifications.tables import Notification
from processes.orders.tables import Order, Payment
from tests.integration.cases.play import OPERATOR, Play
from tests.integration.liability.test_books import standing
from tests.jobs import run_due_work
from webapp.bootstrap import Tuidan, build

DAY = dt.timedelta(days=1)


class WithBank:
    """The embedded ledger, and a bank that decides as it is told."""

    def __init__(self, gateway: RefundGateway) -> None:
        self._gateway = gateway
        self.says = ChargebackStatus.OPEN

    def provider_of(self, tender: str) -> str:
        return self._gateway.provider_of(tender)

    def submit(self, request: RefundRequest) -> Outcome:
        return self._gateway.submit(request)

    def query(self, request: RefundRequest) -> Outcome:
        return self._gateway.query(request)

    def chargeback(self, provider: str, reference: str) -> ChargebackStatus:
        return self.says


class Bank(Play):
    """A case that people play, and a buyer who goes to his bank."""

    def __init__(self, tuidan: Tuidan, clock: FixedClock, gateway: WithBank) -> None:
        super().__init__(tuidan, clock, lambda: run_due_work(tuidan.engine))
        self.gateway = gateway
        self.notices = 0

    def dispute(self, order_no: str, amount: int) -> None:
        """Stripe tells of a dispute about an order's payment, or of something new about it."""
        self.notices += 1
        with self.tuidan.transaction() as session:
            payment = session.scalars(sa.select(Payment).join(Order).where(Order.order_no == order_no)).one()
            notice = ChargebackNotice(
                provider="stripe",
                notice_id=f"evt_{self.notices}",
                reference=f"dp_{order_no}",
                payment_references=(payment.reference,),
                amount=amount,
            )
            take_notice(session, self.tuidan.engine, notice, now=self.clock.now())
        self.work()

    def stands(self, **expected: int) -> None:
        """Each kind of party stands at that, and the books are right."""
        with self.tuidan.transaction() as session:
            assert standing(session) == expected
            assert check_books(session).right


@pytest.fixture
def bank(tuidan: Tuidan, clock: FixedClock) -> Iterator[Bank]:
    gateway = WithBank(tuidan.gateway)
    product = build(tuidan.settings, clock=clock, gateway=gateway)
    yield Bank(product, clock, gateway)
    product.close()


def test_the_bank_holds_the_money_gives_it_to_the_buyer_and_takes_that_back(bank: Bank) -> None:
    order_no = bank.order()
    bank.dispute(order_no, 10_000)
    bank.stands(bank=10_000, shop=-10_000)
    bank.gateway.says = ChargebackStatus.LOST
    bank.wait(DAY)
    bank.stands(buyer=10_000, shop=-10_000)
    with bank.tuidan.transaction() as session:
        entries = session.scalars(sa.select(LiabilityEntry).order_by(LiabilityEntry.number)).all()
        assert [(e.number, e.cause, e.case_no) for e in entries] == [
            (1, "chargeback", None),
            (2, "chargeback", None),
            (3, "chargeback", None),
        ]
        assert entries[1].reverses == entries[0].id
        found = statement(session, shop_account(bank.market.shop.id), "CNY", month_of(bank.clock.now()))
        assert [row.entry.facts["order_no"] for row in found.rows] == [order_no] * 3
        told = session.scalars(sa.select(Notification.template).order_by(Notification.template)).all()
        assert told == ["chargeback_lost", "chargeback_lost", "chargeback_opened"]
        (row,) = chargebacks(session, status="lost").rows
        assert (row.bearers, row.cases) == (((shop_account(bank.market.shop.id), 10_000),), ())
        assert chargebacks(session, status="open").rows == []
    # It decides otherwise after all: that is told by a notice, and nobody waited for it any more.
    bank.gateway.says = ChargebackStatus.CLEARED
    bank.dispute(order_no, 10_000)
    bank.stands()


def test_what_was_refunded_before_is_the_platforms_to_answer_for(bank: Bank) -> None:
    order_no = bank.order()
    bank.do(bank.ask(order_no), bank.seller, decision="agree")
    bank.stands(buyer=10_000, shop=-10_000)
    bank.gateway.says = ChargebackStatus.LOST
    bank.dispute(order_no, 10_000)
    bank.stands(buyer=20_000, shop=-10_000, platform=-10_000)


def test_what_the_bank_pays_in_place_of_a_refund_is_booked_once(bank: Bank) -> None:
    order_no = bank.order()
    bank.dispute(order_no, 10_000)
    case_no = bank.ask(order_no)
    bank.do(case_no, bank.seller, decision="agree")
    bank.stands(bank=10_000, shop=-10_000)
    with bank.tuidan.transaction() as session:
        incident = session.scalars(sa.select(Incident)).one()
        assert "dp_" in incident.message
    bank.gateway.says = ChargebackStatus.LOST
    bank.dispute(order_no, 10_000)
    with bank.tuidan.transaction() as session:
        retry_incident(bank.tuidan.engine, session, incident.id, actor=OPERATOR)
    bank.work()
    assert bank.view(case_no).case.outcome == "refunded"
    bank.stands(buyer=10_000, shop=-10_000)
    with bank.tuidan.transaction() as session:
        order = session.scalars(sa.select(Order).where(Order.order_no == order_no)).one()
        (row,) = chargebacks_of_order(session, order.id)
        assert (row.cases, row.bearers) == ((case_no,), ())
        assert not session.scalars(sa.select(Chargeback.watched)).one()
        # The ledger moved nothing: the bank had paid.
        assert session.scalars(sa.select(LedgerPosting).where(LedgerPosting.amount > 0)).all() == []
        subjects = session.scalars(
            sa.select(LiabilityEntry.case_no).order_by(LiabilityEntry.at, LiabilityEntry.number)
        ).all()
        assert subjects.count(case_no) == 1
