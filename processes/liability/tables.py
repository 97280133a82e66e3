"""Tables of liability: findings of who is at fault, and the books of who bears what of each case."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.database import Base
from engine.ids import new_id
from processes.append_only import after_create, append_only

BALANCED = """
CREATE OR REPLACE FUNCTION refuse_unbalanced_liability() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM liability_posting WHERE entry_id = NEW.entry_id
        GROUP BY currency HAVING count(*) < 2 OR sum(amount) <> 0
    ) THEN
        RAISE EXCEPTION USING
            MESSAGE = 'liability entry ' || NEW.entry_id || ' is not balanced', ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$$
"""

BALANCED_TRIGGER = """
CREATE CONSTRAINT TRIGGER liability_posting_balanced AFTER INSERT ON liability_posting
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_unbalanced_liability()
"""

PARTIES = ("nobody", "buyer", "seller", "carrier", "platform")


class Liability(Base):
    """A finding; appended. The latest of a case counts, the earlier ones stay readable.

    Attributes:
        fault: One of ``PARTIES``.
        freight_payer: One of ``PARTIES``, or empty if no freight is due.
        basis: What it rests on: the table of liability, or a ruling.
    """

    __tablename__ = "liability"
    __table_args__ = (
        sa.CheckConstraint(f"fault IN ({', '.join(map(repr, PARTIES))})", name="fault_known"),
        sa.Index("ix_liability_case", "case_no", "at"),
        sa.Index("ix_liability_shop", "shop_id", "at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    case_no: Mapped[str] = mapped_column(sa.ForeignKey("cancellation_case.case_no"))
    shop_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("shop.id"))
    reason: Mapped[str]
    fault: Mapped[str]
    freight_payer: Mapped[str]
    basis: Mapped[str] = mapped_column(default="")
    at: Mapped[dt.datetime]
    idempotency_key: Mapped[str] = mapped_column(unique=True)


class LiabilityEntry(Base):
    """What a case or a charge-back came to for everybody, or the reversal of such an entry; appended.

    Attributes:
        case_no: The case that it is about; None if it is about a charge-back.
        chargeback_id: The charge-back that it is about; None if it is about a case.
        number: From 1 within what it is about; two who post that at once can't both have it.
        reverses: The entry that this one takes back; each can be taken back once.
        cause: Why it was posted: ``settled``, ``finding``, ``reopened``, ``rejected``, ``sent_again`` or
            ``chargeback``.
        facts: What the postings were derived from, to explain them.
    """

    __tablename__ = "liability_entry"
    __table_args__ = (
        sa.UniqueConstraint("case_no", "number"),
        sa.UniqueConstraint("chargeback_id", "number"),
        sa.CheckConstraint("num_nonnulls(case_no, chargeback_id) = 1", name="about_one"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    case_no: Mapped[str | None] = mapped_column(sa.ForeignKey("cancellation_case.case_no"))
    chargeback_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("chargeback.id"))
    number: Mapped[int]
    reverses: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("liability_entry.id"), unique=True)
    cause: Mapped[str]
    currency: Mapped[str]
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    at: Mapped[dt.datetime]

    postings: Mapped[list[LiabilityPosting]] = relationship(
        back_populates="entry", order_by="LiabilityPosting.position"
    )


class LiabilityPosting(Base):
    """One party's side of an entry.

    Attributes:
        account: ``buyer:…``, ``shop:…``, ``carrier:…``, ``advance:…``, ``bank:…``, ``provider:…`` or
            ``platform``.
        component: What it is for; see ``processes.liability.bearing.Component``.
        amount: Minor units; above zero in the party's favour, below at its cost.
        at: The entry's; statements are read by it.
    """

    __tablename__ = "liability_posting"
    __table_args__ = (
        sa.CheckConstraint("amount <> 0", name="amount_not_zero"),
        sa.Index(
            "ix_liability_posting_account",
            "account",
            "currency",
            "at",
            "entry_id",
            "position",
            postgresql_include=["amount"],
        ),
        sa.Index("ix_liability_posting_at", "at"),
    )

    entry_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("liability_entry.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    # By bytes, so that the accounts of a kind stand together in the index.
    account: Mapped[str] = mapped_column(sa.Text(collation="C"))
    component: Mapped[str]
    currency: Mapped[str]
    amount: Mapped[int]
    at: Mapped[dt.datetime]

    entry: Mapped[LiabilityEntry] = relationship(back_populates="postings")


class LiabilityClosing(Base):
    """What an account stood at when a day was over on which it had postings; see ``liability.closing``.

    Attributes:
        until: The day's end, midnight in the marketplace's zone.
        amount: Of all postings before that instant, in minor units.
    """

    __tablename__ = "liability_closing"

    account: Mapped[str] = mapped_column(sa.Text(collation="C"), primary_key=True)
    currency: Mapped[str] = mapped_column(primary_key=True)
    until: Mapped[dt.datetime] = mapped_column(primary_key=True)
    amount: Mapped[int]


class LiabilityState(Base):
    """How far days are closed, and what the last check of all books has found; one row.

    Attributes:
        closed_until: Days before this instant are closed; None before the first.
        checked_at: When all books were checked last; None if they never were.
        findings: What that check found; see ``liability.checking.BooksCheck``.
    """

    __tablename__ = "liability_state"
    __table_args__ = (sa.CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    closed_until: Mapped[dt.datetime | None]
    checked_at: Mapped[dt.datetime | None]
    findings: Mapped[dict[str, Any]] = mapped_column(default=dict)


append_only(Liability)
append_only(LiabilityEntry)
append_only(LiabilityPosting)
after_create(LiabilityPosting, BALANCED, BALANCED_TRIGGER)
