"""Tables of cancellation cases: what is asked for, how it was decided, and its timeline."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.database import Base
from engine.ids import new_id
from engine.searching import pairs_index
from processes.append_only import append_only_but_words
from processes.cases.rules import CaseStatus, Flow, Initiator, Outcome
from processes.orders.tables import Order, OrderLine

case_number = sa.Sequence("case_number", metadata=Base.metadata)


def _one_of(column: str, values: type[CaseStatus | Flow | Initiator | Outcome]) -> str:
    return f"{column} IN ({', '.join(repr(str(value)) for value in values)})"


class CancellationCase(Base):
    """A request to cancel units of an order, until it is closed.

    Attributes:
        case_no: ``C`` + date + six digits; the business key of its process instance.
        status: What people read of its progress; see ``CaseStatus``.
        outcome: How it ended; None while it is open.
        held: Whether a fulfilment hold keeps the goods from being shipped.
        order_state: The order's state when the request was made; rules are applied to it.
        amount: The most that can be refunded for it, in minor units of ``currency``.
        estimate: The steps of what the refund would come to, as the request was made.
        agreed_amount: What buyer and shop have agreed on in place of that; it caps the refund.
        refunded: What was refunded for it, once that has settled.
        decision: ``agree`` or ``refuse``, the latest one.
        decided_how: ``seller``, ``timeout``, ``automatic``, ``ruling`` or ``offer``.
        first_answer: What the shop answered first, an offer among it, or that its time ran out.
        own_decision: What the shop itself decided first; a ruling doesn't change it.
        limits: The outcome of the table of time limits when the request was made, so that
            every deadline can be derived again.
        initiated_by: The account that asked; with ``idempotency_key`` it names the request.
        search_text: In lower case what a case is searched by: its numbers, titles, the receiver.
        request_hash: SHA-256 of the request's body: the same key with another is a conflict.
    """

    __tablename__ = "cancellation_case"
    __table_args__ = (
        sa.UniqueConstraint("initiated_by", "idempotency_key", name="uq_cancellation_case_idempotency"),
        sa.CheckConstraint(_one_of("flow", Flow), name="flow_known"),
        sa.CheckConstraint(_one_of("initiator", Initiator), name="initiator_known"),
        sa.CheckConstraint(_one_of("status", CaseStatus), name="status_known"),
        sa.CheckConstraint(_one_of("outcome", Outcome), name="outcome_known"),
        sa.CheckConstraint("(closed_at IS NULL) = (outcome IS NULL)", name="closed_with_outcome"),
        sa.CheckConstraint(
            "first_answer IN ('agree', 'refuse', 'offer', 'timeout')", name="first_answer_known"
        ),
        sa.CheckConstraint("(first_answer IS NULL) = (first_answer_at IS NULL)", name="first_answer_when"),
        sa.CheckConstraint("own_decision IN ('agree', 'refuse')", name="own_decision_known"),
        sa.Index(
            "ix_cancellation_case_first_answer",
            "first_answer_at",
            postgresql_where=sa.text("first_answer_at IS NOT NULL"),
        ),
        sa.Index(
            "ix_cancellation_case_closed", "closed_at", postgresql_where=sa.text("closed_at IS NOT NULL")
        ),
        sa.CheckConstraint("amount >= 0", name="amount_not_negative"),
        sa.CheckConstraint("agreed_amount >= 0", name="agreed_amount_not_negative"),
        pairs_index("ix_cancellation_case_search", "search_text"),
        sa.Index("ix_cancellation_case_buyer", "buyer_id", "opened_at", "case_no"),
        sa.Index("ix_cancellation_case_shop", "shop_id", "opened_at", "case_no"),
        sa.Index(
            "ix_cancellation_case_shop_open",
            "shop_id",
            "opened_at",
            "case_no",
            postgresql_where=sa.text("closed_at IS NULL"),
        ),
        sa.Index(
            "ix_cancellation_case_shop_decided",
            "shop_id",
            "decided_at",
            "case_no",
            postgresql_where=sa.text("decided_at IS NOT NULL"),
        ),
    )

    case_no: Mapped[str] = mapped_column(primary_key=True)
    order_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("customer_order.id"), index=True)
    order_no: Mapped[str] = mapped_column(index=True)
    shop_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("shop.id"))
    buyer_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"))
    instance_id: Mapped[uuid.UUID | None]
    flow: Mapped[str]
    initiator: Mapped[str]
    initiated_by: Mapped[str]
    reason: Mapped[str]
    text: Mapped[str] = mapped_column(default="")
    photo_count: Mapped[int] = mapped_column(default=0)
    order_state: Mapped[str]
    status: Mapped[str] = mapped_column(default=CaseStatus.OPEN)
    outcome: Mapped[str | None]
    held: Mapped[bool] = mapped_column(default=False)
    amount: Mapped[int]
    estimate: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    agreed_amount: Mapped[int | None]
    refunded: Mapped[int] = mapped_column(default=0)
    currency: Mapped[str]
    limits: Mapped[dict[str, Any]] = mapped_column(default=dict)
    opened_at: Mapped[dt.datetime]
    decision: Mapped[str | None]
    decided_how: Mapped[str | None]
    decided_at: Mapped[dt.datetime | None]
    decided_by: Mapped[str | None]
    decided_by_name: Mapped[str | None]
    decision_basis: Mapped[str] = mapped_column(default="")
    first_answer: Mapped[str | None]
    first_answer_at: Mapped[dt.datetime | None]
    own_decision: Mapped[str | None]
    refusal_code: Mapped[str | None]
    explanation: Mapped[str] = mapped_column(default="")
    closed_at: Mapped[dt.datetime | None]
    search_text: Mapped[str] = mapped_column(default="")
    idempotency_key: Mapped[str]
    request_hash: Mapped[str]

    order: Mapped[Order] = relationship()
    lines: Mapped[list[CaseLine]] = relationship(back_populates="case", order_by="CaseLine.line_no")
    events: Mapped[list[CaseEvent]] = relationship(back_populates="case", order_by="CaseEvent.id")


class CaseLine(Base):
    """Units of an order line that a case asks to cancel.

    Attributes:
        amount: What their refund came to when the request was made, freight aside.
        open: While the case is; at most one open case for an order line, held by an index.
        accepted: Units that the shop accepted when they came back, or that a ruling granted;
            None as long as nobody has inspected any: then all are granted.
        cancelled_unshipped: Units that were cancelled before they left the shop.
        cancelled_shipped: Units that were cancelled after they had left.
    """

    __tablename__ = "case_line"
    __table_args__ = (
        sa.UniqueConstraint("case_no", "order_line_id"),
        sa.CheckConstraint("quantity > 0", name="quantity_positive"),
        sa.CheckConstraint(
            "cancelled_unshipped >= 0 AND cancelled_shipped >= 0"
            " AND cancelled_unshipped + cancelled_shipped <= quantity",
            name="cancelled_within",
        ),
        sa.CheckConstraint("accepted BETWEEN 0 AND quantity", name="accepted_within"),
        sa.Index(
            "uq_case_line_one_open_case", "order_line_id", unique=True, postgresql_where=sa.text("open")
        ),
        sa.Index("ix_case_line_order_line_id", "order_line_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    case_no: Mapped[str] = mapped_column(sa.ForeignKey("cancellation_case.case_no"))
    order_line_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("order_line.id"))
    line_no: Mapped[int]
    quantity: Mapped[int]
    amount: Mapped[int]
    open: Mapped[bool] = mapped_column(default=True)
    accepted: Mapped[int | None]
    cancelled_unshipped: Mapped[int] = mapped_column(default=0)
    cancelled_shipped: Mapped[int] = mapped_column(default=0)

    case: Mapped[CancellationCase] = relationship(back_populates="lines")
    order_line: Mapped[OrderLine] = relationship()

    @property
    def granted(self) -> int:
        """Units that are cancelled and refunded, if the case comes to that."""
        return self.quantity if self.accepted is None else self.accepted


class CaseEvent(Base):
    """One thing that happened in a case; appended, and never changed.

    Attributes:
        kind: Past tense, such as ``decision_recorded``; the page words it by this.
        actor_id: ``system`` or an account.
        params: What the page needs to word it.
    """

    __tablename__ = "case_event"
    __table_args__ = (
        sa.Index("ix_case_event_case", "case_no", "id"),
        sa.Index("ix_case_event_actor", "actor_id", "case_no"),
    )

    id: Mapped[int] = mapped_column(sa.Identity(always=True), primary_key=True)
    case_no: Mapped[str] = mapped_column(sa.ForeignKey("cancellation_case.case_no"))
    at: Mapped[dt.datetime]
    kind: Mapped[str]
    actor_id: Mapped[str]
    actor_name: Mapped[str]
    params: Mapped[dict[str, Any]] = mapped_column(default=dict)

    case: Mapped[CancellationCase] = relationship(back_populates="events")


append_only_but_words(CaseEvent, "params")
