"""Reading charge-backs, all or those of an order, with the cases about them and who bears them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from processes.cases.tables import CancellationCase
from processes.chargebacks.tables import Chargeback
from processes.liability.tables import LiabilityEntry, LiabilityPosting
from processes.orders.tables import Order, Payment

PAGE_SIZE = 25
STATUSES = ("open", "lost", "cleared")


@dataclass(frozen=True, kw_only=True)
class ChargebackRow:
    """A charge-back as it is shown.

    Attributes:
        cases: Numbers of the cases about its order, the latest first.
        bearers: Accounts that it costs something, how much, in minor units, and of which currency.
    """

    chargeback: Chargeback
    payment: Payment
    order: Order
    cases: tuple[str, ...]
    bearers: tuple[tuple[str, int, str], ...]


@dataclass(frozen=True, kw_only=True)
class ChargebackPage:
    """A page of charge-backs, the latest first; ``next`` asks for the one after it, None if there is none."""

    rows: list[ChargebackRow]
    next: str | None


def chargebacks(session: Session, *, status: str = "", after: str | None = None) -> ChargebackPage:
    """Return a page of all charge-backs.

    Args:
        session: The caller's transaction.
        status: One of ``STATUSES``, or empty for all.
        after: ``next`` of the page before; anything else begins at the beginning.
    """
    query = _query().order_by(Chargeback.opened_at.desc(), Chargeback.id.desc()).limit(PAGE_SIZE + 1)
    if status:
        query = query.where(Chargeback.status == status)
    position = _position(after)
    if position is not None:
        query = query.where(sa.tuple_(Chargeback.opened_at, Chargeback.id) < position)
    found = session.scalars(query).all()
    last = found[PAGE_SIZE - 1] if len(found) > PAGE_SIZE else None
    return ChargebackPage(
        rows=_rows(session, found[:PAGE_SIZE]),
        next=f"{last.opened_at.isoformat()}|{last.id}" if last is not None else None,
    )


def chargebacks_of_order(session: Session, order_id: uuid.UUID) -> list[ChargebackRow]:
    """Return the charge-backs of an order's payments, the earliest first."""
    found = session.scalars(
        _query().where(Payment.order_id == order_id).order_by(Chargeback.opened_at, Chargeback.id)
    ).all()
    return _rows(session, found) if found else []


def _query() -> sa.Select[Chargeback]:
    return (
        sa.select(Chargeback)
        .join(Chargeback.payment)
        .options(
            joinedload(Chargeback.payment).joinedload(Payment.order).joinedload(Order.shop),
            selectinload(Chargeback.fees),
        )
    )


def _rows(session: Session, found: Sequence[Chargeback]) -> list[ChargebackRow]:
    cases: dict[uuid.UUID, list[str]] = {}
    for order_id, case_no in session.execute(
        sa.select(CancellationCase.order_id, CancellationCase.case_no)
        .where(CancellationCase.order_id.in_([one.payment.order_id for one in found]))
        .order_by(CancellationCase.opened_at.desc(), CancellationCase.case_no.desc())
    ):
        cases.setdefault(order_id, []).append(case_no)
    bearers: dict[uuid.UUID | None, list[tuple[str, int, str]]] = {}
    amount = sa.func.sum(LiabilityPosting.amount)
    for chargeback_id, account, currency, sum_ in session.execute(
        sa.select(LiabilityEntry.chargeback_id, LiabilityPosting.account, LiabilityPosting.currency, amount)
        .join(LiabilityPosting, LiabilityPosting.entry_id == LiabilityEntry.id)
        .where(LiabilityEntry.chargeback_id.in_([one.id for one in found]))
        .group_by(LiabilityEntry.chargeback_id, LiabilityPosting.account, LiabilityPosting.currency)
        .having(amount < 0)
        .order_by(LiabilityPosting.account, LiabilityPosting.currency)
    ):
        bearers.setdefault(chargeback_id, []).append((account, -int(sum_), currency))
    return [
        ChargebackRow(
            chargeback=one,
            payment=one.payment,
            order=one.payment.order,
            cases=tuple(cases.get(one.payment.order_id, ())),
            bearers=tuple(bearers.get(one.id, ())),
        )
        for one in found
    ]


def _position(after: str | None) -> sa.Tuple | None:
    """Where a page goes on; None for the beginning, and for what isn't a token."""
    try:
        at, chargeback_id = (after or "").split("|")
        moment = dt.datetime.fromisoformat(at)
        if moment.tzinfo is None:
            return None
        return sa.tuple_(sa.literal(moment), sa.literal(uuid.UUID(chargeback_id)))
    except ValueError:
        return None
