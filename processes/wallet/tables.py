"""Tables of vouchers: coupons and points with what is left of them, and their movements."""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.database import Base
from engine.ids import new_id
from processes.append_only import append_only
from processes.wallet.rules import BALANCE, INSTRUMENTS

MOVEMENTS = ("known", "spent", "returned", "forfeited", "credited")
KEPT = (*INSTRUMENTS, BALANCE)


class Voucher(Base):
    """A coupon, points of one origin, or a credit of a buyer.

    Attributes:
        instrument: ``coupon``, ``points`` or ``balance``, as the tender of the payment that uses it.
        code: What the payment names as its reference; of one that was issued anew, the refund's number,
            of a credit the return's.
        kind: The issuer's code for coupons of its kind, such as ``gift``; rules can go by it.
        remaining: Left to spend, in minor units; the sum of its movements.
        valid_until: The last instant at which it can be used; None without a limit.
    """

    __tablename__ = "voucher"
    __table_args__ = (
        sa.UniqueConstraint("buyer_id", "instrument", "code"),
        sa.CheckConstraint(f"instrument IN ({', '.join(map(repr, KEPT))})", name="instrument_known"),
        sa.CheckConstraint("remaining >= 0", name="remaining_not_negative"),
        sa.Index(
            "ix_voucher_usable", "buyer_id", "valid_until", "id", postgresql_where=sa.text("remaining > 0")
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    buyer_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"))
    instrument: Mapped[str]
    code: Mapped[str]
    kind: Mapped[str] = mapped_column(default="")
    currency: Mapped[str]
    remaining: Mapped[int] = mapped_column(default=0)
    valid_until: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime]


class VoucherMovement(Base):
    """One change of a voucher; appended, and never changed.

    Attributes:
        kind: ``known`` (it existed when a payment named it), ``spent``, ``returned``, ``forfeited``,
            ``credited``.
        amount: Minor units; what it changed ``remaining`` by.
        reference: What it is for; the same thing again moves nothing.
        case_no: The case that it came back by; None for a payment.
    """

    __tablename__ = "voucher_movement"
    __table_args__ = (
        sa.CheckConstraint(f"kind IN ({', '.join(map(repr, MOVEMENTS))})", name="kind_known"),
        sa.Index("ix_voucher_movement_buyer", "buyer_id", "id"),
    )

    id: Mapped[int] = mapped_column(sa.Identity(always=True), primary_key=True)
    voucher_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("voucher.id"), index=True)
    buyer_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"))
    kind: Mapped[str]
    amount: Mapped[int]
    reference: Mapped[str] = mapped_column(unique=True)
    case_no: Mapped[str | None]
    order_no: Mapped[str]
    at: Mapped[dt.datetime]

    voucher: Mapped[Voucher] = relationship()


append_only(VoucherMovement)
