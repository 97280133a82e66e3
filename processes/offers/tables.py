"""Tables of counter-offers and of the exchanges that were agreed on."""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from engine.database import Base
from engine.ids import new_id
from processes.offers.rules import OfferAnswer, OfferKind


def _one_of(column: str, values: type[OfferKind | OfferAnswer]) -> str:
    return f"{column} IN ({', '.join(repr(str(value)) for value in values)})"


class CaseOffer(Base):
    """Something that a shop offers in place of what was asked for.

    Attributes:
        number: From 1, within its case.
        amount: In minor units of ``currency``; None unless an amount is offered.
        due_at: Until when the shop had to decide when it made the offer; its clock stands still.
        answer: ``accepted``, ``declined`` or ``lapsed``; None while it waits, and for good if
            the case ended before.
    """

    __tablename__ = "case_offer"
    __table_args__ = (
        sa.UniqueConstraint("case_no", "number", name="uq_case_offer_number"),
        sa.CheckConstraint(_one_of("kind", OfferKind), name="kind_known"),
        sa.CheckConstraint(_one_of("answer", OfferAnswer), name="answer_known"),
        sa.CheckConstraint("(kind = 'amount') = (amount IS NOT NULL)", name="amount_of_its_kind"),
        sa.CheckConstraint("amount > 0", name="amount_positive"),
        sa.CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered_when"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    case_no: Mapped[str] = mapped_column(sa.ForeignKey("cancellation_case.case_no"))
    number: Mapped[int]
    kind: Mapped[str]
    amount: Mapped[int | None]
    currency: Mapped[str]
    text: Mapped[str]
    offered_at: Mapped[dt.datetime]
    offered_by: Mapped[str]
    offered_by_name: Mapped[str]
    due_at: Mapped[dt.datetime | None]
    answer: Mapped[str | None]
    answered_at: Mapped[dt.datetime | None]
    idempotency_key: Mapped[str] = mapped_column(unique=True)


class Exchange(Base):
    """Goods that a shop sends in exchange.

    Attributes:
        goods: What is to be sent, in the words of the accepted offer.
        sent_at: When the shop told carrier and number; None before.
    """

    __tablename__ = "case_exchange"
    __table_args__ = (sa.CheckConstraint("(sent_at IS NULL) = (tracking_no = '')", name="sent_with_number"),)

    case_no: Mapped[str] = mapped_column(sa.ForeignKey("cancellation_case.case_no"), primary_key=True)
    goods: Mapped[str]
    agreed_at: Mapped[dt.datetime]
    carrier: Mapped[str] = mapped_column(default="")
    tracking_no: Mapped[str] = mapped_column(default="")
    sent_at: Mapped[dt.datetime | None]
