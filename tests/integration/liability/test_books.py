"""The books of who bears what, through whole cases on the real engine."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from engine.actors import SYSTEM
from engine.ids import new_id
from processes.cases.tables import CancellationCase
from processes.catalog.tables import Shop
from processes.liability.balances import balances
from processes.liability.bearing import carrier_account, shop_account
from processes.liability.checking import check_books, post_missing
from processes.liability.months import month_named, month_of
from processes.liability.posting import post_case
from processes.liability.recording import record_liability
from processes.liability.statements import all_rows, statement
from processes.liability.tables import LiabilityEntry, LiabilityPosting
from processes.money.reopening import reopen_refund
from processes.orders.tables import Order
from tests.integration.cases.play import Play
from tests.integration.cases.test_logistics import report


def standing(session: Session) -> dict[str, int]:
    """What each kind of party stands at."""
    rows = session.execute(sa.select(LiabilityPosting.account, LiabilityPosting.amount)).all()
    sums: dict[str, int] = {}
    for account, amount in rows:
        kind = account.partition(":")[0]
        sums[kind] = sums.get(kind, 0) + amount
    return {kind: amount for kind, amount in sums.items() if amount}


def agreed(play: Play) -> str:
    case_no = play.ask(play.order(freight=800))
    play.do(case_no, play.seller, decision="agree")
    return case_no


def test_a_settled_case_is_posted_once_and_its_shop_reads_it(play: Play) -> None:
    case_no = agreed(play)
    shop = shop_account(play.market.shop.id)
    with play.tuidan.transaction() as session:
        assert standing(session) == {"buyer": 10_800, "shop": -10_800}
        assert not post_case(session, case_no, cause="settled", now=play.clock.now())
        assert check_books(session).right
        month = month_of(play.clock.now())
        found = statement(session, shop, "CNY", month)
        assert (found.opening, found.closing) == (0, -10_800)
        assert [(row.posting.component, row.posting.amount, row.balance) for row in found.rows] == [
            ("goods", -10_000, -10_000),
            ("freight_out", -800, -10_800),
        ]
        assert found.rows[0].entry.facts["fault"] == "nobody"
        later = statement(session, shop, "CNY", month.following)
        assert (later.opening, later.closing, later.rows) == (-10_800, -10_800, ())
        assert [row.account for row in balances(session, "shop").rows] == [shop]


def test_a_lost_parcel_is_the_carriers_and_another_finding_takes_that_back(play: Play) -> None:
    order_no = play.order(freight=800)
    play.ship(order_no)
    report(play, order_no, "lost")
    case_no = play.ask(order_no, "L_LOST")
    carrier = carrier_account("顺丰")
    with play.tuidan.transaction() as session:
        assert standing(session) == {"buyer": 10_800, "carrier": -10_800}
        case = session.get_one(CancellationCase, case_no)
        record_liability(
            session,
            case,
            fault="platform",
            freight_payer="",
            actor=SYSTEM,
            now=play.clock.now(),
            idempotency_key="ruling",
        )
        assert post_case(session, case_no, cause="finding", now=play.clock.now())
        assert not post_case(session, case_no, cause="finding", now=play.clock.now())
        assert standing(session) == {"buyer": 10_800, "platform": -10_800}
        entries = session.scalars(sa.select(LiabilityEntry).order_by(LiabilityEntry.number)).all()
        assert [(e.number, e.cause, e.reverses) for e in entries] == [
            (1, "settled", None),
            (2, "finding", entries[0].id),
            (3, "finding", None),
        ]
        assert check_books(session).right
        amounts = [
            row.posting.amount for row in all_rows(session, carrier, "CNY", month_of(play.clock.now()))
        ]
        assert amounts == [-10_800, 10_800]


def test_a_refund_that_comes_back_is_taken_back_in_the_books(play: Play) -> None:
    case_no = agreed(play)
    with play.tuidan.transaction() as session:
        case = session.get_one(CancellationCase, case_no)
        refund_no = session.scalar(sa.text("SELECT refund_no FROM refund"))
        assert reopen_refund(
            session,
            refund_no,
            [{"position": 1, "code": "ACCOUNT_CLOSED"}],
            actor=SYSTEM,
            now=play.clock.now(),
        )
        assert not check_books(session).right
        assert post_case(session, case.case_no, cause="reopened", now=play.clock.now())
        assert standing(session) == {}
        assert check_books(session).right


@pytest.mark.parametrize("closed", [True, False])
def test_what_a_shop_can_no_longer_pay_is_laid_out_for_it(play: Play, closed: bool) -> None:
    with play.tuidan.transaction() as session:
        if closed:
            session.get_one(Shop, play.market.shop.id).closed_at = play.clock.now()
    order_no = play.order(freight=800)
    if not closed:
        with play.tuidan.transaction() as session:
            order = session.scalars(sa.select(Order).where(Order.order_no == order_no)).one()
            order.paid_out_at = play.clock.now()
    play.do(play.ask(order_no), play.seller, decision="agree")
    with play.tuidan.transaction() as session:
        assert standing(session) == {"buyer": 10_800, "advance": -10_800}


def test_cases_from_before_the_books_are_posted_afterwards(play: Play) -> None:
    agreed(play)
    with play.tuidan.transaction() as session:
        session.execute(sa.text("SET LOCAL session_replication_role = replica"))
        session.execute(sa.text("TRUNCATE liability_posting, liability_entry"))
    with play.tuidan.transaction() as session:
        check = check_books(session)
        assert (check.right, len(check.unposted)) == (False, 1)
        assert post_missing(session, now=play.clock.now()) == 1
        assert post_missing(session, now=play.clock.now()) == 0
        assert check_books(session).right


def entry(session: Session, case_no: str, amounts: list[tuple[str, int]]) -> None:
    now = dt.datetime(2026, 3, 10, tzinfo=dt.UTC)
    session.add(
        LiabilityEntry(
            id=new_id(),
            case_no=case_no,
            number=9,
            reverses=None,
            cause="settled",
            currency="CNY",
            facts={},
            at=now,
            postings=[
                LiabilityPosting(
                    position=n,
                    account="platform",
                    component="goods",
                    currency=currency,
                    amount=amount,
                    at=now,
                )
                for n, (currency, amount) in enumerate(amounts, start=1)
            ],
        )
    )
    session.flush()


def test_the_database_refuses_what_does_not_balance_and_what_is_changed(play: Play) -> None:
    case_no = play.ask(play.order())
    for amounts in ([("CNY", 5)], [("CNY", 5), ("CNY", -4)], [("CNY", 5), ("USD", -5)]):
        with pytest.raises(IntegrityError, match="not balanced"), play.tuidan.transaction() as session:
            entry(session, case_no, amounts)
    with play.tuidan.transaction() as session:
        entry(session, case_no, [("CNY", 5), ("CNY", -5)])
    for table in (LiabilityEntry, LiabilityPosting):
        with pytest.raises(DBAPIError, match="append-only"), play.tuidan.transaction() as session:
            session.execute(sa.update(table).values(at=play.clock.now()))


def test_months_are_the_marketplaces() -> None:
    december = month_named("2026-12")
    assert december is not None
    assert str(december.following) == "2027-01"
    assert str(december.following.preceding) == "2026-12"
    # Midnight in Shanghai.
    assert december.start == dt.datetime(2026, 11, 30, 16, tzinfo=dt.UTC)
    assert month_of(december.start) == december
    assert str(month_of(december.start - dt.timedelta(seconds=1))) == "2026-11"
    assert [month_named(text) for text in ("", "2026-13", "2026-1", "9999-01", "2026-03-01")] == [None] * 5
