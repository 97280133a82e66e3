"""Closings of the books: statements and balances say the same with them and without, and read little."""

from __future__ import annotations

import datetime as dt
import itertools
import random
import uuid

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.clock import FixedClock
from engine.ids import new_id
from processes.liability import balances as accounts
from processes.liability import statements
from processes.liability.balances import balances
from processes.liability.checking import check_when_due, keep_check, last_check
from processes.liability.closing import close_days, forget_closings, stood_at
from processes.liability.months import month_named
from processes.liability.statements import all_rows, statement
from processes.liability.tables import LiabilityClosing, LiabilityEntry, LiabilityPosting
from tests.marketplace import Transactions

NOW = dt.datetime(2026, 3, 10, 4, 0, tzinfo=dt.UTC)
SHOPS = [f"shop:{uuid.UUID(int=n)}" for n in range(1, 4)]
ACCOUNTS = [*SHOPS, "carrier:顺丰", "platform"]

Posted = list[tuple[str, str, dt.datetime, int]]


def post(session: Session, moments: list[dt.datetime], seed: int = 1) -> Posted:
    """Entries of two accounts each, at these instants, about cases that nobody knows."""
    session.execute(sa.text("SET LOCAL session_replication_role = replica"))
    chance = random.Random(seed)
    posted: Posted = []
    entries, postings = [], []
    for at in moments:
        entry_id, currency = new_id(), chance.choice(["CNY", "CNY", "JPY"])
        one, other = chance.sample(ACCOUNTS, 2)
        amount = chance.randint(1, 10_000)
        entries.append(
            {
                "id": entry_id,
                "case_no": f"C{entry_id}",
                "number": 1,
                "cause": "settled",
                "currency": currency,
                "facts": {},
                "at": at,
            }
        )
        for position, (account, sign) in enumerate(((one, -1), (other, 1)), start=1):
            posted.append((account, currency, at, sign * amount))
            postings.append(
                {
                    "entry_id": entry_id,
                    "position": position,
                    "account": account,
                    "component": "goods",
                    "currency": currency,
                    "amount": sign * amount,
                    "at": at,
                }
            )
    session.execute(sa.insert(LiabilityEntry), entries)
    session.execute(sa.insert(LiabilityPosting), postings)
    return posted


def amount_of(posted: Posted, account: str, currency: str, before: dt.datetime) -> int:
    return sum(a for name, code, at, a in posted if (name, code) == (account, currency) and at < before)


def moments(days: int, each: int = 3) -> list[dt.datetime]:
    """Instants over so many days until now, some of them at a day's very beginning and end."""
    chance = random.Random(days)
    midnight = dt.datetime(2026, 3, 9, 16, tzinfo=dt.UTC)
    edges = [midnight - dt.timedelta(days=n, microseconds=m) for n in range(days) for m in (0, 1)]
    times = [
        NOW - dt.timedelta(days=n, seconds=chance.randint(0, 86_400))
        for n in range(days)
        for _ in range(each)
    ]
    return sorted(edges + times)


def test_statements_say_the_same_before_and_after_days_are_closed(
    database: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statements, "PAGE_SIZE", 7)
    transaction = Transactions(database)
    with transaction() as session:
        posted = post(session, moments(40))
    for closed in (0, 40):
        assert close_days(transaction, NOW if closed else NOW - dt.timedelta(days=90)) == closed
        with transaction() as session:
            for account, currency, name in itertools.product(
                ACCOUNTS, ("CNY", "JPY"), ("2026-02", "2026-03")
            ):
                month = month_named(name)
                assert month is not None
                end = month.following.start
                page = statement(session, account, currency, month)
                assert page.opening == amount_of(posted, account, currency, month.start)
                assert page.closing == amount_of(posted, account, currency, end)
                seen, balance = list(page.rows), page.opening
                while page.next:
                    page = statement(session, account, currency, month, after=page.next)
                    seen += page.rows
                for row in seen:
                    balance += row.posting.amount
                    assert row.balance == balance
                assert balance == page.closing
                assert [row.balance for row in all_rows(session, account, currency, month)] == [
                    row.balance for row in seen
                ]
            found = balances(session, "shop")
            assert {(one.account, one.currency): one.amount for one in found.rows} == {
                (account, currency): amount_of(posted, account, currency, NOW)
                for account, currency in itertools.product(SHOPS, ("CNY", "JPY"))
            }
            monkeypatch.setattr(accounts, "PAGE_SIZE", 4)
            first = balances(session, "shop")
            rest = balances(session, "shop", after=first.next or "")
            assert [*first.rows, *rest.rows] == list(found.rows)
            assert [one.account for one in balances(session, "carrier").rows] == ["carrier:顺丰"] * 2
            monkeypatch.undo()
            monkeypatch.setattr(statements, "PAGE_SIZE", 7)


def test_a_day_is_closed_once_it_is_over_and_what_comes_later_is_added(
    database: sa.Engine,
) -> None:
    transaction = Transactions(database)
    midnight = dt.datetime(2026, 3, 9, 16, tzinfo=dt.UTC)
    with transaction() as session:
        posted = post(session, [midnight - dt.timedelta(hours=2)])
    assert close_days(transaction, midnight + dt.timedelta(minutes=59)) == 0
    assert close_days(transaction, midnight + dt.timedelta(hours=1)) == 1
    assert close_days(transaction, midnight + dt.timedelta(days=9)) == 0
    with transaction() as session:
        posted += post(session, [midnight, midnight + dt.timedelta(days=2)], seed=2)
    assert close_days(transaction, midnight + dt.timedelta(days=9)) == 2
    with transaction() as session:
        for account, currency in itertools.product(ACCOUNTS, ("CNY", "JPY")):
            for before in (midnight, midnight + dt.timedelta(days=1), midnight + dt.timedelta(days=9)):
                expected = amount_of(posted, account, currency, before)
                assert stood_at(session, account, currency, before) == expected
        kept = session.scalars(sa.select(LiabilityClosing.amount)).all()
        forget_closings(session)
    assert close_days(transaction, midnight + dt.timedelta(days=9)) == 3
    with transaction() as session:
        assert sorted(session.scalars(sa.select(LiabilityClosing.amount))) == sorted(kept)


def test_the_last_check_is_kept_for_a_day(database: sa.Engine, clock: FixedClock) -> None:
    transaction = Transactions(database)
    with transaction() as session:
        assert last_check(session).found is None
        post(session, moments(2))
        assert check_when_due(session, clock.now())
        clock.advance(dt.timedelta(hours=23))
        assert not check_when_due(session, clock.now())
        checked = last_check(session)
        assert checked.found is not None
        assert (checked.found.right, checked.found.postings) == (True, 20)
        assert checked.found == keep_check(session, clock.now())
        assert last_check(session).at == clock.now()
