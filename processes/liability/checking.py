"""Checking the books of who bears what against themselves and against what was paid back."""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from engine import Engine
from processes.liability.bearing import Component
from processes.liability.posting import post_case
from processes.liability.tables import LiabilityEntry, LiabilityPosting, LiabilityState
from processes.money.tables import Refund

CHECK_BOOKS = "check_books"
"""The kind of batch that checks all books."""

EVERY = dt.timedelta(days=1)
"""How often a worker checks all books."""

NOT_REFUNDED = (
    Component.CARRIAGE_PAID,
    Component.CARRIAGE_GIVEN,
    Component.REJECTED_CARRIAGE,
    Component.REFUSED_CARRIAGE,
)
"""What stands on a buyer's account beside his refund."""

EXAMPLES = 20
"""At most so many of each fault are named."""


@dataclass(frozen=True, kw_only=True)
class BooksCheck:
    """What a check has found.

    Attributes:
        sums: What all accounts come to, by currency: nothing, if the books are right.
        unbalanced: Cases and charge-backs with an entry that doesn't add up to nothing.
        unlike_refund: Cases whose buyer was paid back something else than his account says.
        postings: How many were added up.
        unposted: Cases that were paid back before there were books, or whose entry is missing.
    """

    sums: dict[str, int]
    unbalanced: tuple[str, ...]
    unlike_refund: tuple[str, ...]
    unposted: tuple[str, ...]
    postings: int = 0

    @property
    def right(self) -> bool:
        """Whether all is as it should be."""
        return not (any(self.sums.values()) or self.unbalanced or self.unlike_refund or self.unposted)


def check_books(session: Session) -> BooksCheck:
    """Check all books; it reads every posting."""
    sums = session.execute(
        sa.select(LiabilityPosting.currency, sa.func.sum(LiabilityPosting.amount), sa.func.count()).group_by(
            LiabilityPosting.currency
        )
    ).all()
    unbalanced = session.scalars(
        sa.select(sa.func.coalesce(LiabilityEntry.case_no, LiabilityEntry.facts["reference"].as_string(), ""))
        .join(LiabilityPosting, LiabilityPosting.entry_id == LiabilityEntry.id)
        .group_by(LiabilityEntry.id, LiabilityPosting.currency)
        .having(sa.func.sum(LiabilityPosting.amount) != 0)
        .limit(EXAMPLES)
    )
    of_buyers = (
        sa.select(LiabilityEntry.case_no, sa.func.sum(LiabilityPosting.amount).label("amount"))
        .join(LiabilityPosting, LiabilityPosting.entry_id == LiabilityEntry.id)
        .where(
            LiabilityPosting.account.startswith("buyer:", autoescape=True),
            LiabilityPosting.component.not_in(NOT_REFUNDED),
        )
        .group_by(LiabilityEntry.case_no)
        .subquery()
    )
    paid_back = sa.case((Refund.status == "succeeded", Refund.amount), else_=0)
    unlike = session.scalars(
        sa.select(Refund.case_no)
        .join(of_buyers, of_buyers.c.case_no == Refund.case_no)
        .where(of_buyers.c.amount != paid_back)
        .order_by(Refund.case_no)
        .limit(EXAMPLES)
    )
    return BooksCheck(
        sums={currency: int(amount) for currency, amount, _ in sums},
        postings=sum(int(count) for _, _, count in sums),
        unbalanced=tuple(unbalanced),
        unlike_refund=tuple(unlike),
        unposted=tuple(session.scalars(_unposted().limit(EXAMPLES))),
    )


@dataclass(frozen=True, kw_only=True)
class Checked:
    """The last check of all books; None if there was none yet."""

    at: dt.datetime | None
    found: BooksCheck | None


def last_check(session: Session) -> Checked:
    """Return what the last check found, without reading any posting."""
    state = session.get(LiabilityState, 1)
    if state is None or state.checked_at is None:
        return Checked(at=None, found=None)
    kept = state.findings
    return Checked(
        at=state.checked_at,
        found=BooksCheck(
            sums=kept["sums"],
            postings=kept["postings"],
            **{name: tuple(kept[name]) for name in ("unbalanced", "unlike_refund", "unposted")},
        ),
    )


def keep_check(session: Session, now: dt.datetime) -> BooksCheck:
    """Check all books, and keep what was found for the page that shows it."""
    found = check_books(session)
    kept = dataclasses.asdict(found)
    session.execute(
        postgresql.insert(LiabilityState)
        .values(id=1, checked_at=now, findings=kept)
        .on_conflict_do_update(index_elements=["id"], set_={"checked_at": now, "findings": kept})
    )
    return found


def check_when_due(session: Session, now: dt.datetime) -> bool:
    """Check all books if that was not done for a day; return whether it was done now."""
    state = session.get(LiabilityState, 1)
    if state is not None and state.checked_at is not None and now - state.checked_at < EVERY:
        return False
    keep_check(session, now)
    return True


def register_checks(engine: Engine) -> None:
    """Let a worker check all books when an operator asks for it; it is one part."""

    def check(_subject: uuid.UUID) -> bool:
        with engine.transaction() as session:
            keep_check(session, engine.clock.now())
        return False

    engine.batches[CHECK_BOOKS] = check


def post_missing(session: Session, *, now: dt.datetime, limit: int = 500) -> int:
    """Post cases that were paid back and have no entry yet; return how many, at most ``limit``."""
    missing = session.scalars(_unposted().limit(limit)).all()
    return sum(post_case(session, case_no, cause="settled", now=now) for case_no in missing)


def _unposted() -> sa.Select[str]:
    posted = sa.exists().where(LiabilityEntry.case_no == Refund.case_no)
    return (
        sa.select(Refund.case_no)
        .where(Refund.status == "succeeded", Refund.amount > 0, ~posted)
        .order_by(Refund.case_no)
    )
