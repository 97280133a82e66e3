"""Charge-backs in the books of who bears what, followed by the real engine until the bank has decided."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from engine.clock import FixedClock
from engine.incidents import retry_incident
from engine.tables import Incident, ProcessInstance
from processes.cases.tables import CancellationCase
from processes.chargebacks.reading import chargebacks, chargebacks_of_order
from processes.chargebacks.recording import note_standing
from processes.chargebacks.tables import Chargeback, ChargebackFee
from processes.chargebacks.watching import watch_reopened
from processes.liability.balances import currencies_of
from processes.liability.bearing import PLATFORM, Component, provider_account, shop_account
from processes.liability.checking import check_books
from processes.liability.months import month_of
from processes.liability.posting import post_case
from processes.liability.recording import record_liability
from processes.liability.statements import statement
from processes.liability.tables import LiabilityEntry, LiabilityPosting
from processes.money.gateway import (
    ChargebackStanding,
    ChargebackStatus,
    Outcome,
    RefundGateway,
    RefundRequest,
)
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
        self.fees: dict[str, int] = {}
        self.complete = True

    def provider_of(self, tender: str) -> str:
        return self._gateway.provider_of(tender)

    def submit(self, request: RefundRequest) -> Outcome:
        return self._gateway.submit(request)

    def query(self, request: RefundRequest) -> Outcome:
        return self._gateway.query(request)

    def chargeback(self, provider: str, reference: str) -> ChargebackStanding:
        return ChargebackStanding(status=self.says, fees=self.fees, complete=self.complete)


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
        assert (row.bearers, row.cases) == (((shop_account(bank.market.shop.id), 10_000, "CNY"),), ())
        assert chargebacks(session, status="open").rows == []
    # It decides otherwise after all: that is told by a notice, and nobody waited for it any more.
    bank.gateway.says = ChargebackStatus.CLEARED
    bank.dispute(order_no, 10_000)
    bank.stands()


def test_an_answer_that_was_overtaken_changes_nothing_and_a_later_one_is_watched_again(bank: Bank) -> None:
    order_no = bank.order()
    bank.dispute(order_no, 10_000)
    bank.gateway.says = ChargebackStatus.LOST
    bank.wait(DAY)
    opened = ChargebackStanding(status=ChargebackStatus.OPEN)

    def take(asked_at: dt.datetime) -> tuple[bool, str, bool]:
        with bank.tuidan.transaction() as session:
            (chargeback,) = session.scalars(sa.select(Chargeback))
            taken = note_standing(session, chargeback, opened, asked_at=asked_at, now=bank.clock.now())
            return taken, chargeback.status, chargeback.watched

    # Asked before it was closed, or at the same instant, and answered after it.
    assert take(bank.clock.now() - DAY) == (False, "lost", False)
    assert take(bank.clock.now()) == (False, "lost", False)
    assert not watch_reopened(bank.tuidan.transaction, bank.tuidan.engine)
    assert chargeback_instances(bank) == ["completed"]
    # The bank does think again, and a refund that asks about the payment hears of it first.
    bank.clock.advance(DAY)
    bank.gateway.says = ChargebackStatus.OPEN
    assert take(bank.clock.now()) == (True, "open", False)
    assert not watch_reopened(bank.tuidan.transaction, bank.tuidan.engine)
    bank.work()
    assert chargeback_instances(bank) == ["completed", "running"]
    bank.gateway.says = ChargebackStatus.CLEARED
    bank.wait(DAY)
    assert chargeback_instances(bank) == ["completed", "completed"]
    bank.stands()


def chargeback_instances(bank: Bank) -> list[str]:
    with bank.tuidan.transaction() as session:
        return sorted(
            session.scalars(
                sa.select(ProcessInstance.status).where(ProcessInstance.process_id == "chargeback_watch")
            )
        )


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


def test_a_fee_is_the_shops_until_the_bank_has_decided_for_us_and_what_comes_back_is_reversed(
    bank: Bank,
) -> None:
    order_no = bank.order()
    bank.gateway.fees = {"CNY": 1500}
    bank.dispute(order_no, 10_000)
    bank.stands(bank=10_000, provider=1500, shop=-11_500)
    # The same again, and late: nothing is posted twice.
    bank.dispute(order_no, 10_000)
    bank.stands(bank=10_000, provider=1500, shop=-11_500)
    # Won, but the money is still on its way: the provider goes on being asked.
    bank.gateway.says, bank.gateway.complete = ChargebackStatus.CLEARED, False
    bank.dispute(order_no, 10_000)
    bank.stands(provider=1500, platform=-1500)
    with bank.tuidan.transaction() as session:
        assert session.scalars(sa.select(Chargeback.watched)).one()
        found = statement(session, PLATFORM, "CNY", month_of(bank.clock.now()))
        assert [row.posting.component for row in found.rows] == [Component.CHARGEBACK_FEE]
    bank.gateway.fees, bank.gateway.complete = {}, True
    bank.wait(DAY)
    bank.stands()
    with bank.tuidan.transaction() as session:
        assert not session.scalars(sa.select(Chargeback.watched)).one()
        assert session.scalars(sa.select(ChargebackFee.amount)).all() == [0]


def test_who_bears_a_fee_follows_the_finding_and_what_was_refunded(bank: Bank) -> None:
    order_no = bank.order()
    bank.gateway.says, bank.gateway.fees = ChargebackStatus.LOST, {"CNY": 1500}
    bank.dispute(order_no, 10_000)
    bank.stands(buyer=10_000, provider=1500, shop=-11_500)
    # The case that comes later is paid by that charge-back, and a ruling finds the platform at fault.
    case_no = bank.ask(order_no)
    bank.do(case_no, bank.seller, decision="agree")
    bank.stands(buyer=10_000, provider=1500, shop=-11_500)
    with bank.tuidan.transaction() as session:
        case = session.get_one(CancellationCase, case_no)
        record_liability(
            session,
            case,
            fault="platform",
            freight_payer="",
            actor=OPERATOR,
            now=bank.clock.now(),
            idempotency_key="ruling",
        )
        decide = functools.partial(bank.tuidan.engine.decide, session)
        post_case(session, case_no, cause="finding", now=bank.clock.now(), decide=decide)
    bank.stands(buyer=10_000, provider=1500, platform=-11_500)


def test_a_fee_in_another_currency_is_booked_in_that(bank: Bank) -> None:
    order_no = bank.order()
    with bank.tuidan.transaction() as session:
        order = session.scalars(sa.select(Order).where(Order.order_no == order_no)).one()
        order.paid_out_at = bank.clock.now()
    bank.gateway.says, bank.gateway.fees = ChargebackStatus.LOST, {"JPY": 300}
    bank.dispute(order_no, 10_000)
    with bank.tuidan.transaction() as session:
        assert check_books(session).right
        sums = session.execute(
            sa.select(
                sa.func.split_part(LiabilityPosting.account, ":", 1),
                LiabilityPosting.currency,
                sa.func.sum(LiabilityPosting.amount),
            )
            .group_by(sa.text("1"), LiabilityPosting.currency)
            .having(sa.func.sum(LiabilityPosting.amount) != 0)
        ).all()
        # The shop was paid out: the platform lays out both for it.
        assert set(sums) == {
            ("advance", "CNY", -10_000),
            ("buyer", "CNY", 10_000),
            ("advance", "JPY", -300),
            ("provider", "JPY", 300),
        }
        assert currencies_of(session, provider_account("stripe")) == ["JPY"]
        (row,) = chargebacks(session).rows
        assert {(amount, currency) for _, amount, currency in row.bearers} == {(10_000, "CNY"), (300, "JPY")}
    # It is charged once more than was known, and the books follow.
    bank.gateway.fees = {"JPY": 300, "CNY": 200}
    bank.dispute(order_no, 10_000)
    with bank.tuidan.transaction() as session:
        assert check_books(session).right
        assert currencies_of(session, provider_account("stripe")) == ["CNY", "JPY"]
