"""Tables of refunds: amounts with their explanation, parts by tender, numbered attempts."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.database import Base
from engine.ids import new_id
from processes.append_only import after_create
from processes.cases.tables import CancellationCase
from processes.orders.tables import Order, OrderLine, Payment

refund_number = sa.Sequence("refund_number", metadata=Base.metadata)

STATUSES = "'prepared', 'pending', 'succeeded', 'failed'"

# The payment's row is locked, so that of two who refund it at once each sees the other's part.
WITHIN_CAPTURED = """
CREATE OR REPLACE FUNCTION refuse_refund_beyond_captured() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM payment WHERE id = NEW.payment_id FOR NO KEY UPDATE;
    IF (SELECT sum(p.amount) FROM refund_part p WHERE p.payment_id = NEW.payment_id)
        > (SELECT captured FROM payment WHERE id = NEW.payment_id)
    THEN
        RAISE EXCEPTION USING
            MESSAGE = 'refund ' || NEW.refund_no || ' gives back more than its payment has left',
            ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$$
"""

WITHIN_CAPTURED_TRIGGER = """
CREATE CONSTRAINT TRIGGER refund_part_within_captured
AFTER INSERT OR UPDATE OF amount, payment_id ON refund_part
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_refund_beyond_captured()
"""

PARTS_ADD_UP = """
CREATE OR REPLACE FUNCTION refuse_refund_parts_that_differ() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT r.amount FROM refund r WHERE r.refund_no = NEW.refund_no)
        <> (SELECT coalesce(sum(p.amount), 0) FROM refund_part p WHERE p.refund_no = NEW.refund_no)
    THEN
        RAISE EXCEPTION USING
            MESSAGE = 'the parts of refund ' || NEW.refund_no || ' do not add up to it',
            ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$$
"""

PARTS_ADD_UP_TRIGGER = """
CREATE CONSTRAINT TRIGGER refund_parts_add_up AFTER INSERT OR UPDATE OF amount ON refund
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_refund_parts_that_differ()
"""


class Refund(Base):
    """What a case gives back; at most one for each case.

    Attributes:
        refund_no: ``R`` + date + six digits; the gateway is idempotent by it.
        amount: Minor units; ``goods + freight - deducted``.
        goods: For the units, by the cumulative rule.
        freight: Of the order's freight.
        deducted: Freight that the buyer bears, and what is withheld besides.
        withheld: Not given back by agreement, or because no more was left of what was captured.
        freight_payer: Who bears the freight of the return.
        status: ``prepared``, ``pending`` (asked for, or unknown), ``succeeded``, ``failed``.
        explanation: The steps of the calculation; see ``processes.money.arithmetic.Step``.
    """

    __tablename__ = "refund"
    __table_args__ = (
        sa.CheckConstraint(f"status IN ({STATUSES})", name="status_known"),
        sa.CheckConstraint("amount >= 0 AND goods >= 0 AND freight >= 0", name="amounts_not_negative"),
        sa.CheckConstraint("amount = goods + freight - deducted", name="adds_up"),
        sa.CheckConstraint("withheld BETWEEN 0 AND deducted", name="withheld_within"),
        sa.CheckConstraint(
            "(status = 'succeeded') = (settled_at IS NOT NULL)", name="settled_when_succeeded"
        ),
    )

    refund_no: Mapped[str] = mapped_column(primary_key=True)
    case_no: Mapped[str] = mapped_column(sa.ForeignKey("cancellation_case.case_no"), unique=True)
    order_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("customer_order.id"), index=True)
    currency: Mapped[str]
    amount: Mapped[int]
    goods: Mapped[int]
    freight: Mapped[int]
    deducted: Mapped[int]
    withheld: Mapped[int] = mapped_column(default=0, server_default="0")
    freight_payer: Mapped[str] = mapped_column(default="")
    status: Mapped[str] = mapped_column(default="prepared")
    explanation: Mapped[list[Any]] = mapped_column(default=list)
    prepared_at: Mapped[dt.datetime]
    settled_at: Mapped[dt.datetime | None]

    case: Mapped[CancellationCase] = relationship()
    order: Mapped[Order] = relationship()
    lines: Mapped[list[RefundLine]] = relationship(back_populates="refund")
    parts: Mapped[list[RefundPart]] = relationship(back_populates="refund", order_by="RefundPart.position")


class RefundLine(Base):
    """What a refund gives back for units of one order line.

    Attributes:
        done_before: Units of the line that earlier refunds had covered.
        refunded_before: What those had come to.
        amount: What the rule makes of these units; later refunds of the line count on from it.
        withheld: What of that isn't given back.
    """

    __tablename__ = "refund_line"
    __table_args__ = (sa.CheckConstraint("withheld BETWEEN 0 AND amount", name="withheld_within"),)

    refund_no: Mapped[str] = mapped_column(sa.ForeignKey("refund.refund_no"), primary_key=True)
    order_line_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("order_line.id"), primary_key=True, index=True
    )
    quantity: Mapped[int]
    done_before: Mapped[int]
    refunded_before: Mapped[int]
    amount: Mapped[int]
    withheld: Mapped[int] = mapped_column(default=0, server_default="0")

    refund: Mapped[Refund] = relationship(back_populates="lines")
    order_line: Mapped[OrderLine] = relationship()


class RefundPart(Base):
    """The share of a refund that goes back by one payment.

    Attributes:
        position: The order in which the parts are paid out.
        status: As the refund's; a refund has succeeded once all of its parts have.
        failure_code: The gateway's, of the latest failed attempt.
        gateway_reference: The gateway's number for it.
        voucher_treatment: How a coupon or points come back; None for money.
        voucher_valid_until: Until when they can then be used; None without a limit.
    """

    __tablename__ = "refund_part"
    __table_args__ = (
        sa.UniqueConstraint("refund_no", "payment_id"),
        sa.CheckConstraint(f"status IN ({STATUSES})", name="status_known"),
        sa.CheckConstraint("amount > 0", name="amount_positive"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    refund_no: Mapped[str] = mapped_column(sa.ForeignKey("refund.refund_no"))
    position: Mapped[int]
    payment_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("payment.id"), index=True)
    tender: Mapped[str]
    amount: Mapped[int]
    status: Mapped[str] = mapped_column(default="prepared")
    failure_code: Mapped[str] = mapped_column(default="")
    gateway_reference: Mapped[str] = mapped_column(default="")
    succeeded_at: Mapped[dt.datetime | None]
    voucher_treatment: Mapped[str | None]
    voucher_valid_until: Mapped[dt.datetime | None]

    refund: Mapped[Refund] = relationship(back_populates="parts")
    payment: Mapped[Payment] = relationship()
    attempts: Mapped[list[RefundAttempt]] = relationship(
        back_populates="part", order_by="RefundAttempt.attempt_no"
    )


class GatewayNotice(Base):
    """A provider's notice that was taken: the same one again is not.

    Attributes:
        refund_no: Ours, as the provider says; there need not be such a refund.
    """

    __tablename__ = "gateway_notice"
    __table_args__ = (sa.Index("ix_gateway_notice_received_at", "received_at"),)

    provider: Mapped[str] = mapped_column(primary_key=True)
    notice_id: Mapped[str] = mapped_column(primary_key=True)
    refund_no: Mapped[str]
    received_at: Mapped[dt.datetime]


class RefundAttempt(Base):
    """One submission of a part to the gateway: written before it is made, answered after.

    Attributes:
        request: What was sent.
        outcome: ``succeeded``, ``pending``, ``failed`` or ``unknown`` (no answer in time);
            None if the process died before an answer was recorded.
    """

    __tablename__ = "refund_attempt"
    __table_args__ = (
        sa.CheckConstraint("outcome IN ('succeeded', 'pending', 'failed', 'unknown')", name="outcome_known"),
        sa.CheckConstraint("attempt_no > 0", name="attempt_no_positive"),
    )

    part_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("refund_part.id"), primary_key=True)
    attempt_no: Mapped[int] = mapped_column(primary_key=True)
    request: Mapped[dict[str, Any]]
    asked_at: Mapped[dt.datetime]
    outcome: Mapped[str | None]
    response: Mapped[dict[str, Any] | None]
    answered_at: Mapped[dt.datetime | None]

    part: Mapped[RefundPart] = relationship(back_populates="attempts")


after_create(RefundPart, WITHIN_CAPTURED, WITHIN_CAPTURED_TRIGGER)
# The refund's table is made before that of its parts, which the function reads only when it runs.
after_create(Refund, PARTS_ADD_UP, PARTS_ADD_UP_TRIGGER)
