"""Keeping the book of vouchers: spent by payments, given back by refunds; each once."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from engine.ids import new_id
from processes.wallet.rules import BALANCE, INSTRUMENTS
from processes.wallet.tables import Voucher, VoucherMovement


@dataclass(frozen=True, kw_only=True)
class VoucherTerms:
    """What a payment says about the voucher that it was made with.

    Attributes:
        kind: The issuer's code for coupons of its kind; empty if it says none.
        valid_until: The last instant at which it can be used; None without a limit.
    """

    kind: str = ""
    valid_until: dt.datetime | None = None


def spend(
    session: Session,
    *,
    buyer_id: uuid.UUID,
    instrument: str,
    code: str,
    currency: str,
    amount: int,
    terms: VoucherTerms,
    order_no: str,
    reference: str,
    now: dt.datetime,
) -> None:
    """Record that a payment used a voucher; one that nobody had heard of becomes known by it."""
    voucher = _voucher(session, buyer_id, instrument, code, currency, terms, now)
    if voucher.remaining < amount:
        short = amount - voucher.remaining
        _move(session, voucher, "known", short, f"{reference}:known", order_no, None, now)
    _move(session, voucher, "spent", -amount, reference, order_no, None, now)


def find_voucher(session: Session, buyer_id: uuid.UUID, instrument: str, code: str) -> Voucher | None:
    """Return a buyer's voucher, or None."""
    return session.scalar(
        sa.select(Voucher).where(
            Voucher.buyer_id == buyer_id, Voucher.instrument == instrument, Voucher.code == code
        )
    )


def give_back(
    session: Session,
    *,
    buyer_id: uuid.UUID,
    instrument: str,
    code: str,
    currency: str,
    amount: int,
    terms: VoucherTerms,
    order_no: str,
    case_no: str,
    reference: str,
    now: dt.datetime,
) -> None:
    """Give a buyer back what a payment had used; the same reference again gives nothing.

    Args:
        session: The caller's transaction.
        buyer_id: The buyer's account.
        instrument: ``coupon`` or ``points``.
        code: The voucher that it comes back to; one of that code that isn't known is issued.
        currency: Of the amount.
        amount: Minor units; nothing notes that it does not come back.
        terms: Of a voucher that is issued.
        order_no: For the buyer to find it.
        case_no: The same.
        reference: What it is for.
        now: When.
    """
    voucher = _voucher(session, buyer_id, instrument, code, currency, terms, now)
    kind = "returned" if amount else "forfeited"
    _move(session, voucher, kind, amount, reference, order_no, case_no, now)


def credit_balance(
    session: Session,
    *,
    buyer_id: uuid.UUID,
    code: str,
    currency: str,
    amount: int,
    order_no: str,
    case_no: str,
    now: dt.datetime,
) -> None:
    """Give a buyer a credit under a code of its own; the same code again gives nothing."""
    voucher = _voucher(session, buyer_id, BALANCE, code, currency, VoucherTerms(), now)
    _move(session, voucher, "credited", amount, f"credit:{code}", order_no, case_no, now)


def is_voucher(session: Session, buyer_id: uuid.UUID, tender: str, code: str) -> bool:
    """Whether what a payment was made with is in this book: any coupon and points, and credits of ours."""
    known = tender == BALANCE and find_voucher(session, buyer_id, tender, code) is not None
    return tender in INSTRUMENTS or known


def _voucher(
    session: Session,
    buyer_id: uuid.UUID,
    instrument: str,
    code: str,
    currency: str,
    terms: VoucherTerms,
    now: dt.datetime,
) -> Voucher:
    """Return a voucher, made if it is new, locked until the transaction ends."""
    session.execute(
        postgresql.insert(Voucher)
        .values(
            id=new_id(),
            buyer_id=buyer_id,
            instrument=instrument,
            code=code,
            kind=terms.kind,
            currency=currency,
            remaining=0,
            valid_until=terms.valid_until,
            created_at=now,
        )
        .on_conflict_do_nothing()
    )
    return session.scalars(
        sa.select(Voucher)
        .where(Voucher.buyer_id == buyer_id, Voucher.instrument == instrument, Voucher.code == code)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def _move(
    session: Session,
    voucher: Voucher,
    kind: str,
    amount: int,
    reference: str,
    order_no: str,
    case_no: str | None,
    now: dt.datetime,
) -> None:
    written = session.execute(
        postgresql.insert(VoucherMovement)
        .values(
            voucher_id=voucher.id,
            buyer_id=voucher.buyer_id,
            kind=kind,
            amount=amount,
            reference=reference,
            case_no=case_no,
            order_no=order_no,
            at=now,
        )
        .on_conflict_do_nothing(index_elements=["reference"])
        .returning(VoucherMovement.id)
    ).first()
    if written is not None:
        voucher.remaining += amount
        session.flush()
