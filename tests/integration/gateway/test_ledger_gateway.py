"""The embedded gateway keeps the contract, and its books balance whatever is tried."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from engine.clock import FixedClock
from engine.ids import new_id
from processes.money.errors import EntryUnbalanced
from processes.money.gateway import OutcomeStatus, RefundRequest
from processes.money.ledger.books import Side, balance, book
from processes.money.ledger.faults import clear_faults, current_faults, set_fault
from processes.money.ledger.gateway import LedgerGateway
from processes.money.ledger.tables import LedgerAccount, LedgerEntry, LedgerPosting
from tests.integration.gateway.contract import Bench, GatewayContract, another
from tests.marketplace import Transactions


class LedgerBench(Bench):
    def __init__(self, database: sa.Engine, clock: FixedClock) -> None:
        self.transaction = Transactions(database)
        self.clock = clock
        self.ledger = LedgerGateway(self.transaction, clock)
        self.gateway = self.ledger

    def refunded(self, request: RefundRequest) -> int:
        with self.transaction() as session:
            return session.scalars(
                sa.select(sa.func.coalesce(sa.func.sum(LedgerPosting.amount), 0))
                .join(LedgerEntry)
                .where(
                    LedgerEntry.reference.endswith(f":{request.payment_no}"),
                    LedgerPosting.account_code == f"merchant_balance:{request.currency}",
                )
            ).one()

    def next_fails(self) -> None:
        with self.transaction() as session:
            set_fault(session, "fail", count=1, now=self.clock.now())

    def next_times_out(self, *, after_success: bool) -> None:
        with self.transaction() as session:
            mode = "timeout_after_success" if after_success else "timeout"
            set_fault(session, mode, count=1, now=self.clock.now())  # type: ignore[arg-type]

    def next_is_late(self) -> None:
        with self.transaction() as session:
            set_fault(session, "late", count=1, delay_seconds=600, now=self.clock.now())

    def let_time_pass(self) -> None:
        self.clock.advance(dt.timedelta(minutes=10))


@pytest.fixture
def bench(database: sa.Engine, clock: FixedClock) -> LedgerBench:
    return LedgerBench(database, clock)


class TestLedgerGateway(GatewayContract):
    pass


def test_a_refund_that_fails_afterwards_is_booked_back_and_can_be_made_again(bench: LedgerBench) -> None:
    request = bench.a_request()
    bench.gateway.submit(request)
    for _ in range(2):
        bench.ledger.fail_afterwards(request.refund_no, request.payment_no, "ACCOUNT_CLOSED")
    assert bench.gateway.query(request).code == "ACCOUNT_CLOSED"
    assert bench.refunded(request) == 0
    again = another(request, attempt_no=2, movement=2)
    assert bench.gateway.submit(again).status is OutcomeStatus.SUCCEEDED
    assert bench.refunded(request) == 100


def test_the_same_refund_in_parallel_moves_money_once(bench: LedgerBench) -> None:
    request = bench.a_request()
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda _: bench.gateway.submit(request), range(16)))
    assert {outcome.status for outcome in outcomes} == {OutcomeStatus.SUCCEEDED}
    assert len({outcome.reference for outcome in outcomes}) == 1
    assert bench.refunded(request) == 100


def test_refunds_of_one_payment_in_parallel_never_overdraw_it(bench: LedgerBench) -> None:
    request = bench.a_request(300)
    requests = [another(request, refund_no=f"R-{n}") for n in range(8)]
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(bench.gateway.submit, requests))
    assert sorted(outcome.status for outcome in outcomes) == ["failed"] * 5 + ["succeeded"] * 3
    assert bench.refunded(request) == 900


def test_the_books_add_up_to_nothing(bench: LedgerBench) -> None:
    for amount in (100, 250, 999):
        bench.gateway.submit(bench.a_request(amount))
    with bench.transaction() as session:
        assert balance(session, "merchant_balance", "CNY") == 1349
        assert balance(session, "tender:wechat", "CNY") == -1349
        assert session.scalar(sa.select(sa.func.sum(LedgerPosting.amount))) == 0


def test_a_booking_that_does_not_balance_is_refused(session: Session, clock: FixedClock) -> None:
    sides = [Side(account="a", kind="asset", amount=1), Side(account="b", kind="asset", amount=1)]
    with pytest.raises(EntryUnbalanced):
        book(session, reference="x", currency="CNY", sides=sides, memo="", at=clock.now())


@pytest.mark.parametrize("amounts", [[5], [5, -4], [5, 5]])
def test_the_database_refuses_it_too(session: Session, clock: FixedClock, amounts: list[int]) -> None:
    session.add(LedgerAccount(code="a:CNY", kind="asset", currency="CNY"))
    entry = LedgerEntry(id=new_id(), reference="x", currency="CNY", memo="", at=clock.now())
    entry.postings = [
        LedgerPosting(position=n, account_code="a:CNY", amount=amount) for n, amount in enumerate(amounts)
    ]
    session.add(entry)
    with pytest.raises(DBAPIError, match="not balanced"):
        session.commit()


@pytest.mark.parametrize(
    "change",
    ["UPDATE ledger_posting SET amount = 1", "DELETE FROM ledger_posting", "DELETE FROM ledger_entry"],
)
def test_what_is_booked_stays(bench: LedgerBench, change: str) -> None:
    bench.gateway.submit(bench.a_request())
    with pytest.raises(DBAPIError, match="append-only"), bench.transaction() as session:
        session.execute(sa.text(change))


def test_faults_apply_in_order_and_can_be_taken_away(bench: LedgerBench) -> None:
    with bench.transaction() as session:
        set_fault(session, "ok", count=1, now=bench.clock.now())
        set_fault(session, "fail", tender="alipay", now=bench.clock.now())
        set_fault(session, "fail", failure_code="CLOSED", now=bench.clock.now())
    assert bench.gateway.submit(bench.a_request()).status is OutcomeStatus.SUCCEEDED
    assert bench.gateway.submit(bench.a_request()).code == "CLOSED"
    with bench.transaction() as session:
        assert [fault.mode for fault in current_faults(session)] == ["fail", "fail"]
        assert clear_faults(session) == 3
    assert bench.gateway.submit(bench.a_request()).status is OutcomeStatus.SUCCEEDED
