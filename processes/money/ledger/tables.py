"""Tables of the double-entry books, and of the embedded gateway that keeps them.

An entry's postings add up to nothing, and neither entries nor postings ever change: both
are held by triggers of the database.
"""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.database import Base
from engine.ids import new_id
from processes.append_only import after_create, append_only

FAULT_MODES = ("ok", "fail", "timeout", "timeout_after_success", "late")

BALANCED = """
CREATE OR REPLACE FUNCTION refuse_unbalanced_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT count(*) < 2 OR sum(amount) <> 0 FROM ledger_posting WHERE entry_id = NEW.entry_id) THEN
        RAISE EXCEPTION USING
            MESSAGE = 'ledger entry ' || NEW.entry_id || ' is not balanced', ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$$
"""

BALANCED_TRIGGER = """
CREATE CONSTRAINT TRIGGER ledger_posting_balanced AFTER INSERT ON ledger_posting
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_unbalanced_entry()
"""


class LedgerAccount(Base):
    """An account of the books, such as ``payments_held:CNY`` or ``paid_out:wechat:CNY``.

    Attributes:
        kind: ``asset``, ``liability``, ``income``, ``expense`` or ``equity``.
    """

    __tablename__ = "ledger_account"
    __table_args__ = (
        sa.CheckConstraint(
            "kind IN ('asset', 'liability', 'income', 'expense', 'equity')", name="kind_known"
        ),
    )

    code: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    currency: Mapped[str]


class LedgerEntry(Base):
    """One booking.

    Attributes:
        reference: What it is for; a second booking for the same thing is refused.
    """

    __tablename__ = "ledger_entry"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    reference: Mapped[str] = mapped_column(unique=True)
    currency: Mapped[str]
    memo: Mapped[str] = mapped_column(default="")
    at: Mapped[dt.datetime]

    postings: Mapped[list[LedgerPosting]] = relationship(back_populates="entry")


class LedgerPosting(Base):
    """One side of a booking: a debit is positive, a credit negative, in minor units."""

    __tablename__ = "ledger_posting"
    __table_args__ = (
        sa.CheckConstraint("amount <> 0", name="amount_not_zero"),
        sa.Index("ix_ledger_posting_account", "account_code", "entry_id"),
    )

    entry_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("ledger_entry.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    account_code: Mapped[str] = mapped_column(sa.ForeignKey("ledger_account.code"))
    amount: Mapped[int]

    entry: Mapped[LedgerEntry] = relationship(back_populates="postings")


class GatewayRefund(Base):
    """What the embedded gateway knows of a refund: one row for a refund number and payment.

    Attributes:
        status: ``succeeded``, ``pending`` or ``failed``.
        attempt_no: The latest attempt that it has seen.
        due_at: When a late one succeeds; None for others.
        entry_id: The booking, once there is one.
    """

    __tablename__ = "gateway_refund"
    __table_args__ = (
        sa.CheckConstraint("status IN ('succeeded', 'pending', 'failed')", name="status_known"),
        sa.CheckConstraint("(status = 'succeeded') = (entry_id IS NOT NULL)", name="booked_when_succeeded"),
    )

    refund_no: Mapped[str] = mapped_column(primary_key=True)
    payment_no: Mapped[str] = mapped_column(primary_key=True, index=True)
    tender: Mapped[str]
    currency: Mapped[str]
    amount: Mapped[int]
    attempt_no: Mapped[int]
    status: Mapped[str]
    failure_code: Mapped[str] = mapped_column(default="")
    due_at: Mapped[dt.datetime | None]
    entry_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("ledger_entry.id"))


class GatewayFault(Base):
    """How the embedded gateway is to misbehave; the oldest with something left applies.

    Attributes:
        mode: One of ``FAULT_MODES``.
        tender: For this tender alone; None for any.
        remaining: For how many submissions yet; None until it is taken away.
        delay_seconds: How long a ``late`` one takes.
        failure_code: What a ``fail`` answers.
    """

    __tablename__ = "gateway_fault"
    __table_args__ = (
        sa.CheckConstraint(f"mode IN ({', '.join(repr(m) for m in FAULT_MODES)})", name="mode_known"),
        sa.CheckConstraint("remaining >= 0 AND delay_seconds >= 0", name="counts_not_negative"),
    )

    id: Mapped[int] = mapped_column(sa.Identity(always=True), primary_key=True)
    mode: Mapped[str]
    tender: Mapped[str | None]
    remaining: Mapped[int | None]
    delay_seconds: Mapped[int] = mapped_column(default=0)
    failure_code: Mapped[str] = mapped_column(default="ACCOUNT_CLOSED")
    set_at: Mapped[dt.datetime]


class LedgerDispute(Base):
    """A payment that its buyer pretends to dispute at his bank, for the demo and for tests.

    Attributes:
        status: ``open``, ``lost`` if the buyer keeps the money, ``cleared`` if it is ours.
        fee: What the embedded gateway charges for it, less what it has given back; minor units.
    """

    __tablename__ = "ledger_dispute"
    __table_args__ = (
        sa.CheckConstraint("status IN ('open', 'lost', 'cleared')", name="status_known"),
        sa.CheckConstraint("amount > 0 AND fee >= 0", name="amounts_right"),
    )

    reference: Mapped[str] = mapped_column(primary_key=True)
    payment_no: Mapped[str]
    payment_reference: Mapped[str]
    currency: Mapped[str]
    amount: Mapped[int]
    status: Mapped[str] = mapped_column(default="open")
    fee: Mapped[int] = mapped_column(default=0)


append_only(LedgerEntry)
append_only(LedgerPosting)
after_create(LedgerPosting, BALANCED, BALANCED_TRIGGER)
