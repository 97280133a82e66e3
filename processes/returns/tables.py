"""Tables of returns: where the goods go, how they travel, and what the shop found in each parcel."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.database import Base
from engine.ids import new_id
from processes.append_only import append_only
from processes.cases.tables import CancellationCase
from processes.orders.tables import OrderLine
from processes.returns.rules import Finding

return_number = sa.Sequence("return_number", metadata=Base.metadata)


class Return(Base):
    """The goods of a case on their way back.

    Attributes:
        return_no: ``T`` + date + six digits.
        address: The shop's return address as it was when the return was opened.
        round: 1, and one more each time the buyer sends goods again after a rejection.
        resends: How often he may, by the table of return rules.
        carriage_paid: What the buyer says he has paid carriers himself, of all rounds, in minor units.
        carriage_limit: The most of it that he can get back, by the table of return rules.
        carriage_given: Of it, what he has got back; into his balance.
        labelled_units: Units that he has sent by the shop's label, or at its cost, of all rounds.
        rejected_payer: Who bears the carriage of a return that isn't accepted, there and back, by the table
            of return rules; empty for whoever has paid it.
        sent_at: When the buyer told carrier and number in this round; None before.
        corrected_at: When he corrected them in this round; that is possible once.
        inspected_at: When the shop recorded what it received; ``accepted`` says with what
            result: whether there was anything that it took.
        reopened_at: When a lapsed return was opened once more.
    """

    __tablename__ = "goods_return"
    __table_args__ = (
        sa.CheckConstraint("(inspected_at IS NULL) = (accepted IS NULL)", name="inspected_with_result"),
        sa.CheckConstraint(
            "sent_at IS NULL OR (carrier <> '' AND tracking_no <> '')", name="sent_with_number"
        ),
        sa.CheckConstraint(
            "carriage_limit >= 0 AND carriage_given BETWEEN 0 AND carriage_paid", name="carriage_within"
        ),
        sa.CheckConstraint("labelled_units >= 0", name="labelled_not_negative"),
        sa.CheckConstraint(
            "rejected_payer IN ('', 'buyer', 'seller', 'platform')", name="rejected_payer_known"
        ),
    )

    return_no: Mapped[str] = mapped_column(primary_key=True)
    case_no: Mapped[str] = mapped_column(sa.ForeignKey("cancellation_case.case_no"), unique=True)
    address: Mapped[dict[str, Any]]
    round: Mapped[int] = mapped_column(default=1, server_default="1")
    resends: Mapped[int] = mapped_column(default=0, server_default="0")
    carrier: Mapped[str] = mapped_column(default="")
    tracking_no: Mapped[str] = mapped_column(default="")
    carriage_paid: Mapped[int] = mapped_column(default=0, server_default="0")
    carriage_limit: Mapped[int] = mapped_column(default=0, server_default="0")
    carriage_given: Mapped[int] = mapped_column(default=0, server_default="0")
    labelled_units: Mapped[int] = mapped_column(default=0, server_default="0")
    rejected_payer: Mapped[str] = mapped_column(default="", server_default="")
    opened_at: Mapped[dt.datetime]
    reopened_at: Mapped[dt.datetime | None]
    sent_at: Mapped[dt.datetime | None]
    corrected_at: Mapped[dt.datetime | None]
    inspected_at: Mapped[dt.datetime | None]
    accepted: Mapped[bool | None]
    refusal_code: Mapped[str | None]
    explanation: Mapped[str] = mapped_column(default="")

    case: Mapped[CancellationCase] = relationship()
    findings: Mapped[list[ReturnFinding]] = relationship(
        order_by="(ReturnFinding.round, ReturnFinding.order_line_id)"
    )


class ReturnFinding(Base):
    """What the shop found of one line in one parcel; appended."""

    __tablename__ = "return_finding"
    __table_args__ = (
        sa.UniqueConstraint("return_no", "round", "order_line_id"),
        sa.CheckConstraint(
            "good >= 0 AND damaged >= 0 AND wrong_item >= 0 AND missing >= 0 AND unproven >= 0",
            name="counts_not_negative",
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    return_no: Mapped[str] = mapped_column(sa.ForeignKey("goods_return.return_no"))
    round: Mapped[int]
    order_line_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("order_line.id"))
    good: Mapped[int]
    damaged: Mapped[int]
    wrong_item: Mapped[int]
    missing: Mapped[int]
    unproven: Mapped[int]
    at: Mapped[dt.datetime]
    author_id: Mapped[str]
    author_name: Mapped[str]

    order_line: Mapped[OrderLine] = relationship()

    @property
    def finding(self) -> Finding:
        """The counts alone."""
        return Finding(
            good=self.good,
            damaged=self.damaged,
            wrong_item=self.wrong_item,
            missing=self.missing,
            unproven=self.unproven,
        )


class RefusedGoods(Base):
    """Units of a case that the shop has and didn't accept, and what becomes of them.

    Attributes:
        lines: ``{"order_line_id", "own", "foreign"}`` of each line; see ``returns.rules.InShop``.
        way: ``back`` to the buyer, or ``leave`` to the shop; None until that is settled.
        chosen_at: When it was settled; by the buyer, unless ``lapsed`` says that he let his time pass.
        sent_at: When the shop told how it sent them.
        read_at: When the buyer first saw that they were sent.
        acknowledged_at: When he confirmed that he has them.
        unconfirmed_at: When the time for that ran out.
    """

    __tablename__ = "refused_goods"
    __table_args__ = (
        sa.CheckConstraint("way IN ('back', 'leave')", name="way_known"),
        sa.CheckConstraint("(way IS NULL) = (chosen_at IS NULL)", name="settled_when"),
        sa.CheckConstraint("(sent_at IS NULL) = (tracking_no = '')", name="sent_with_number"),
    )

    case_no: Mapped[str] = mapped_column(sa.ForeignKey("cancellation_case.case_no"), primary_key=True)
    lines: Mapped[list[Any]]
    counted_at: Mapped[dt.datetime]
    way: Mapped[str | None]
    chosen_at: Mapped[dt.datetime | None]
    lapsed: Mapped[bool] = mapped_column(default=False)
    carrier: Mapped[str] = mapped_column(default="")
    tracking_no: Mapped[str] = mapped_column(default="")
    sent_at: Mapped[dt.datetime | None]
    read_at: Mapped[dt.datetime | None]
    acknowledged_at: Mapped[dt.datetime | None]
    unconfirmed_at: Mapped[dt.datetime | None]

    @property
    def units(self) -> int:
        """How many there are."""
        return sum(line["own"] + line["foreign"] for line in self.lines)


append_only(ReturnFinding)
