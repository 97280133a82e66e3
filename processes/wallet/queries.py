"""Reading a buyer's vouchers. Lists are bounded: a page has ``PAGE_SIZE`` rows."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from processes.wallet.tables import Voucher, VoucherMovement

PAGE_SIZE = 20


@dataclass(frozen=True, kw_only=True)
class Wallet:
    """What a buyer can still use, the soonest to expire first, and a page of movements, the latest first.

    Attributes:
        usable: At most ``PAGE_SIZE`` of them.
        more_usable: Whether there are more.
        next: Asks for the page after this one; None if there is none.
    """

    usable: list[Voucher]
    more_usable: bool
    movements: list[VoucherMovement]
    next: int | None


def wallet_of(
    session: Session, buyer_id: uuid.UUID, *, now: dt.datetime, before: int | None = None
) -> Wallet:
    """Return a buyer's wallet.

    Args:
        session: The caller's transaction.
        buyer_id: The buyer's account.
        now: What has expired by then can't be used.
        before: ``next`` of the page before.
    """
    usable = list(
        session.scalars(
            sa.select(Voucher)
            .where(
                Voucher.buyer_id == buyer_id,
                Voucher.remaining > 0,
                sa.or_(Voucher.valid_until.is_(None), Voucher.valid_until > now),
            )
            .order_by(Voucher.valid_until, Voucher.id)
            .limit(PAGE_SIZE + 1)
        )
    )
    query = sa.select(VoucherMovement).where(VoucherMovement.buyer_id == buyer_id)
    if before is not None:
        query = query.where(VoucherMovement.id < before)
    movements = list(
        session.scalars(
            query.options(joinedload(VoucherMovement.voucher))
            .order_by(VoucherMovement.id.desc())
            .limit(PAGE_SIZE + 1)
        )
    )
    return Wallet(
        usable=usable[:PAGE_SIZE],
        more_usable=len(usable) > PAGE_SIZE,
        movements=movements[:PAGE_SIZE],
        next=movements[PAGE_SIZE - 1].id if len(movements) > PAGE_SIZE else None,
    )
