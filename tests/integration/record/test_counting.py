"""What is kept counted equals what is counted from the cases themselves, day by day and over each window."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import random
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, sessionmaker

from engine.actors import SYSTEM
from processes.cases.tables import CancellationCase, CaseEvent
from processes.catalog.tables import Shop
from processes.liability.recording import record_liability
from processes.liability.tables import Liability
from processes.ratings.tables import CaseRating
from processes.record.counting import count_latest, keep_counted, rebuild
from processes.record.reading import all_records, counts_of, record_of
from processes.record.rules import WINDOWS, Counts, combined, day_of, figures_of
from processes.record.tables import ShopDay
from tests.marketplace import NOW, Marketplace, marketplace

HOUR = dt.timedelta(hours=1)
CASES = 160


@pytest.fixture
def market(database: sa.Engine) -> Iterator[Marketplace]:
    """Cases of all kinds over four months, of one shop; some before the marketplace's midnight."""
    with Session(database, expire_on_commit=False) as session:
        made = marketplace(session)
        chance = random.Random(20260310)
        order = made.order([(5000, 3)])
        for number in range(CASES):
            made.session.add(_case(made, order.id, number, chance))
        made.session.flush()
        for case in made.session.scalars(sa.select(CancellationCase)):
            _afterwards(made, case, chance)
        session.commit()
        yield made


def _case(market: Marketplace, order_id: object, number: int, chance: random.Random) -> CancellationCase:
    opened = NOW - dt.timedelta(days=chance.randrange(1, 120), minutes=chance.randrange(1440))
    answered = opened + dt.timedelta(minutes=chance.randrange(1, 60 * 48))
    answer = chance.choice([None, "agree", "agree", "refuse", "offer", "timeout"])
    closed = answered + dt.timedelta(hours=chance.randrange(1, 60)) if chance.random() < 0.8 else None
    return CancellationCase(
        case_no=f"C{number:06d}",
        order_id=order_id,
        order_no="T000001",
        shop_id=market.shop.id,
        buyer_id=market.session.scalar(sa.text("SELECT id FROM account WHERE login = 'buyer1'")),
        flow="buyer",
        initiator="buyer",
        initiated_by="x",
        reason="B_MIND",
        order_state="paid",
        status="closed" if closed else "open",
        outcome="refunded" if closed else None,
        amount=5000,
        refunded=chance.choice([0, 2500, 5000]) if closed else 0,
        currency=chance.choice(["CNY", "CNY", "JPY"]),
        opened_at=opened,
        closed_at=closed,
        first_answer=answer,
        first_answer_at=answered if answer else None,
        own_decision=answer if answer in {"agree", "refuse"} else None,
        idempotency_key=str(number),
        request_hash="x",
    )


def _afterwards(market: Marketplace, case: CancellationCase, chance: random.Random) -> None:
    if case.closed_at is None:
        return
    for number, fault in enumerate(chance.choices(["seller", "nobody", "buyer"], k=chance.randrange(3))):
        record_liability(
            market.session,
            case,
            fault=fault,
            freight_payer="",
            actor=SYSTEM,
            now=case.closed_at + HOUR * number,
            idempotency_key=f"{case.case_no}-{number}",
        )
    if chance.random() < 0.5:
        market.session.add(
            CaseRating(
                case_no=case.case_no,
                shop_id=case.shop_id,
                buyer_id=case.buyer_id,
                stars=chance.randrange(1, 6),
                text="",
                rated_at=case.closed_at + HOUR * chance.randrange(1, 200),
                hidden_at=NOW if chance.random() < 0.2 else None,
                hidden_reason="",
            )
        )
        rating = next(one for one in market.session.new if isinstance(one, CaseRating))
        if rating.hidden_at:
            rating.hidden_reason = "辱骂"
        market.session.flush()


def in_one(counts: Counts) -> Counts:
    """The same counts, whichever day each answer came on."""
    every = sorted(itertools.chain.from_iterable(counts.seconds))
    return dataclasses.replace(counts, seconds=[every])


def direct(session: Session, shop: Shop) -> dict[dt.date, Counts]:
    """Count from the cases, findings and ratings themselves."""
    days: dict[dt.date, list[Counts]] = {}

    def on(instant: dt.datetime, counts: Counts) -> None:
        days.setdefault(day_of(instant), []).append(counts)

    for case in session.scalars(sa.select(CancellationCase).where(CancellationCase.shop_id == shop.id)):
        if case.first_answer_at is not None:
            took = int((case.first_answer_at - case.opened_at).total_seconds())
            own = case.first_answer != "timeout"
            on(
                case.first_answer_at,
                Counts(
                    answered=int(own),
                    overrun=int(not own),
                    decided=int(case.own_decision is not None),
                    agreed=int(case.own_decision == "agree"),
                    seconds=((took,),) if own else (),
                ),
            )
        if case.closed_at is not None:
            findings = session.scalars(
                sa.select(Liability.fault)
                .where(Liability.case_no == case.case_no)
                .order_by(Liability.at, Liability.id)
            ).all()
            on(
                case.closed_at,
                Counts(
                    closed=1,
                    at_fault=int(bool(findings) and findings[-1] == "seller"),
                    refunds=int(case.refunded > 0),
                    refunded={case.currency: case.refunded} if case.refunded else {},
                ),
            )
    for rating in session.scalars(sa.select(CaseRating)):
        if rating.hidden_at is None:
            on(rating.rated_at, Counts(ratings=1, stars=rating.stars))
    return {day: in_one(combined(parts)) for day, parts in days.items()}


def kept(session: Session) -> dict[dt.date, Counts]:
    session.expire_all()
    return {row.day: in_one(counts_of(row)) for row in session.scalars(sa.select(ShopDay))}


def check_everything(market: Marketplace, now: dt.datetime) -> None:
    session, today = market.session, day_of(now)
    expected = direct(session, market.shop)
    assert kept(session) == {day: counts for day, counts in expected.items() if day <= today}
    for days in WINDOWS:
        since = today - dt.timedelta(days=days - 1)
        counts = combined(c for day, c in expected.items() if since <= day <= today)
        record = record_of(session, market.shop, days, now)
        assert (in_one(record.counts), record.figures) == (in_one(counts), figures_of(counts))
        (row,) = all_records(session, days, sort="median").rows
        assert row.figures == figures_of(counts)
        assert (row.counts.answered, row.counts.refunded) == (counts.answered, counts.refunded)
        assert sum(week.counts.closed for week in record.trend) == sum(
            c.closed for day, c in expected.items() if record.trend[0].first <= day <= today
        )


def test_the_record_is_what_the_cases_say(market: Marketplace, database: sa.Engine) -> None:
    transaction = sessionmaker(database).begin
    now = NOW + dt.timedelta(days=10)
    keep_counted(transaction, now)
    check_everything(market, now)
    # A week later: answers, findings, ratings and hidden ratings have come for known days.
    later = now + dt.timedelta(days=7)
    session = market.session
    cases = session.scalars(sa.select(CancellationCase).order_by(CancellationCase.opened_at.desc())).all()
    for case in cases[:12]:
        case.own_decision, case.refunded = "refuse", 100
        if case.closed_at is None:
            case.closed_at, case.outcome = later - HOUR, "refunded"
    for rating in session.scalars(
        sa.select(CaseRating).where(CaseRating.rated_at > NOW - dt.timedelta(days=20))
    ):
        rating.hidden_at, rating.hidden_reason = later, "辱骂"
    session.commit()
    keep_counted(transaction, later)
    check_everything(market, later)
    # Counting everything from the start comes to the same, however often.
    for _ in range(2):
        rebuild(transaction, later)
        check_everything(market, later)
    # Two workers at once: one counts, the other lets it.
    with transaction() as first, transaction() as second:
        assert count_latest(first, later)
        assert not count_latest(second, later)


def test_earlier_answers_are_found_in_the_timeline(market: Marketplace, database: sa.Engine) -> None:
    session = market.session
    session.execute(
        sa.update(CancellationCase).values(first_answer=None, first_answer_at=None, own_decision=None)
    )
    told = (
        ("C000000", 1, "seller", "refuse"),
        ("C000000", 9, "ruling", "agree"),
        ("C000001", 2, "timeout", "agree"),
        ("C000002", 3, "automatic", "agree"),
    )
    for case_no, hours, how, decision in told:
        session.add(
            CaseEvent(
                case_no=case_no,
                at=NOW - dt.timedelta(days=5) + HOUR * hours,
                kind="decision_recorded",
                actor_id="x",
                actor_name="x",
                params={"how": how, "decision": decision},
            )
        )
    session.execute(sa.update(CancellationCase).values(opened_at=NOW - dt.timedelta(days=5)))
    session.commit()
    said: list[str] = []
    rebuild(sessionmaker(database).begin, NOW, said.append)
    session.expire_all()
    found = {
        case.case_no: (case.first_answer, case.own_decision)
        for case in session.scalars(sa.select(CancellationCase).where(CancellationCase.case_no < "C000003"))
    }
    assert found == {"C000000": ("refuse", "refuse"), "C000001": ("timeout", None), "C000002": (None, None)}
    record = record_of(session, market.shop, 30, NOW)
    assert (record.counts.answered, record.counts.overrun, record.figures.median) == (1, 1, HOUR)
    assert said[-1].startswith("counted until")
