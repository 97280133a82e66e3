"""Tables of parcels, what they contain, and what their carriers report."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.database import Base
from engine.ids import new_id
from processes.append_only import append_only
from processes.orders.tables import Order, OrderLine
from processes.shipping.rules import Answer, Direction, OfferEnd, ShipmentState

STATES = ", ".join(f"'{state}'" for state in ShipmentState)
INTERCEPTION_ANSWERS = ", ".join(f"'{answer}'" for answer in Answer)
OFFER_ENDS = ", ".join(f"'{end}'" for end in OfferEnd)
DIRECTIONS = ", ".join(f"'{direction}'" for direction in Direction)

shipment_number = sa.Sequence("shipment_number", metadata=Base.metadata)


class Shipment(Base):
    """A parcel: to the buyer, or back to the shop.

    Attributes:
        shipment_no: Our number, ``S`` + date + six digits; the business key of its watch.
        direction: ``outbound``, ``return``, ``exchange`` or ``refused`` (a return that goes back).
        case_no: The case that a return belongs to.
        promised_at: When it was promised at the buyer's door; None if nothing was promised.
        state: Follows from its tracking events, in the order in which they happened.
        stalled_at: Since when its carrier has been silent for too long; None once it is heard of again.
        missing_at: Since when a parcel of a case counts as missing; None once it is heard of again.
        last_event_at: When the latest of them happened, not when it was heard of.
        despite_hold: It left while a case held its goods; the case has been told.
    """

    __tablename__ = "shipment"
    __table_args__ = (
        sa.UniqueConstraint("order_id", "carrier", "tracking_no"),
        sa.CheckConstraint(f"state IN ({STATES})", name="state_known"),
        sa.CheckConstraint(f"direction IN ({DIRECTIONS})", name="direction_known"),
        sa.Index("ix_shipment_tracking_no", "tracking_no"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    shipment_no: Mapped[str] = mapped_column(unique=True)
    order_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("customer_order.id"))
    direction: Mapped[str] = mapped_column(default=Direction.OUTBOUND)
    case_no: Mapped[str | None] = mapped_column(index=True)
    carrier: Mapped[str]
    tracking_no: Mapped[str]
    state: Mapped[str] = mapped_column(default=ShipmentState.CREATED)
    shipped_at: Mapped[dt.datetime]
    promised_at: Mapped[dt.datetime | None]
    delivered_at: Mapped[dt.datetime | None]
    stalled_at: Mapped[dt.datetime | None]
    missing_at: Mapped[dt.datetime | None]
    last_event_at: Mapped[dt.datetime | None]
    despite_hold: Mapped[bool] = mapped_column(default=False)

    order: Mapped[Order] = relationship()
    lines: Mapped[list[ShipmentLine]] = relationship(back_populates="shipment")
    events: Mapped[list[TrackingEvent]] = relationship(back_populates="shipment", order_by="TrackingEvent.at")


class ShipmentLine(Base):
    """Units of an order line in a parcel."""

    __tablename__ = "shipment_line"
    __table_args__ = (sa.CheckConstraint("quantity > 0", name="quantity_positive"),)

    shipment_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("shipment.id"), primary_key=True)
    order_line_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("order_line.id"), primary_key=True, index=True
    )
    quantity: Mapped[int]

    shipment: Mapped[Shipment] = relationship(back_populates="lines")
    order_line: Mapped[OrderLine] = relationship()


class TrackingEvent(Base):
    """What a carrier reported of a parcel; appended, once for each of the carrier's event ids.

    Attributes:
        event_id: The carrier's number for the event.
        event: One of ``processes.shipping.rules.TRACKING_EVENTS``.
        at: When it happened.
        received_at: When we heard of it; events may arrive in any order.
    """

    __tablename__ = "tracking_event"
    __table_args__ = (sa.UniqueConstraint("shipment_id", "event_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    shipment_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("shipment.id"))
    event_id: Mapped[str]
    event: Mapped[str]
    at: Mapped[dt.datetime]
    place: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    received_at: Mapped[dt.datetime]

    shipment: Mapped[Shipment] = relationship(back_populates="events")


class CancellationOffer(Base):
    """The platform has told a buyer that he may cancel, before he asked.

    There is one for each parcel and reason; it is made again when it is true, or its goods are free, again.

    Attributes:
        shipment_id: The parcel that it is about; None if it is about what hasn't been shipped in time.
        reason: The cancellation reason that the offer stands for, such as ``L_DELAY``.
        offered_at: When it was made last; when it was noticed, as long as it never was.
        valid_until: It lapses by itself then; None if it doesn't.
        made: How often the buyer was told of it; 0 if a case was open about the goods from the beginning.
        lapsed_at: Since when it stands no longer, although nobody took it.
        ended_by: Why, as an ``OfferEnd``; None for one of an older version.
        case_no: The case that taking it has opened.
    """

    __tablename__ = "cancellation_offer"
    __table_args__ = (
        sa.UniqueConstraint("shipment_id", "reason"),
        sa.Index(
            "uq_cancellation_offer_without_parcel",
            "order_id",
            "reason",
            unique=True,
            postgresql_where=sa.text("shipment_id IS NULL"),
        ),
        sa.Index(
            "ix_cancellation_offer_expiring",
            "valid_until",
            postgresql_where=sa.text("lapsed_at IS NULL AND case_no IS NULL"),
        ),
        sa.CheckConstraint("case_no IS NULL OR lapsed_at IS NULL", name="taken_or_lapsed"),
        sa.CheckConstraint(f"ended_by IN ({OFFER_ENDS})", name="end_known"),
        sa.CheckConstraint("ended_by IS NULL OR lapsed_at IS NOT NULL", name="ended_when"),
        sa.CheckConstraint("made >= 0", name="made_not_negative"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    order_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("customer_order.id"), index=True)
    shipment_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("shipment.id"))
    reason: Mapped[str]
    offered_at: Mapped[dt.datetime]
    valid_until: Mapped[dt.datetime | None]
    made: Mapped[int] = mapped_column(default=1, server_default="1")
    lapsed_at: Mapped[dt.datetime | None]
    ended_by: Mapped[str | None]
    case_no: Mapped[str | None] = mapped_column(sa.ForeignKey("cancellation_case.case_no"))

    order: Mapped[Order] = relationship()
    shipment: Mapped[Shipment | None] = relationship()

    def stands(self, now: dt.datetime) -> bool:
        """Whether it can be taken."""
        expired = self.valid_until is not None and self.valid_until <= now
        return self.lapsed_at is None and self.case_no is None and not expired

    def ended(self, now: dt.datetime) -> OfferEnd | None:
        """Why the buyer, who was told of it, can't take it any more; None if he can, or has."""
        if self.stands(now) or self.case_no is not None or self.made == 0:
            return None
        return OfferEnd(self.ended_by or OfferEnd.EXPIRED)


class CarrierFeed(Base):
    """A carrier, or an aggregator of many, that reports tracking by itself.

    Attributes:
        key: Names it in the address that it reports to.
        carriers: Whose parcels it may report; empty for everybody's.
    """

    __tablename__ = "carrier_feed"

    key: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    carriers: Mapped[list[Any]]
    created_at: Mapped[dt.datetime]
    closed_at: Mapped[dt.datetime | None]


class Interception(Base):
    """A case has asked for a parcel to be stopped on its way.

    Attributes:
        answer: What the carrier or the shop has said, as an ``Answer``; None if neither has, or
            if the parcel itself has told by arriving somewhere.
        answered_by: The account or feed that said so.
        intercepted: Whether it was stopped; None until that is known.
        ended_at: Since when that is known.
        concluded_at: When the case went on with what was known; nothing changes it any more.
    """

    __tablename__ = "interception"
    __table_args__ = (
        sa.CheckConstraint(f"answer IN ({INTERCEPTION_ANSWERS})", name="answer_known"),
        sa.Index("ix_interception_case_no", "case_no"),
    )

    shipment_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("shipment.id"), primary_key=True)
    case_no: Mapped[str] = mapped_column(primary_key=True)
    requested_at: Mapped[dt.datetime]
    answer: Mapped[str | None]
    answered_by: Mapped[str | None]
    answered_by_name: Mapped[str | None]
    intercepted: Mapped[bool | None]
    ended_at: Mapped[dt.datetime | None]
    concluded_at: Mapped[dt.datetime | None]

    shipment: Mapped[Shipment] = relationship()


class KeptEvent(Base):
    """An event that was reported before anybody told of its parcel.

    Attributes:
        shops: Whose parcels alone it may concern; empty for everybody's.
        source: The account or feed that reported it.
        expired_at: Since when it waits no longer; None while it does.
        refusal: Why its parcel refused it, as an error's code; empty if none ever came.
    """

    __tablename__ = "kept_tracking_event"
    __table_args__ = (
        sa.UniqueConstraint("source", "carrier", "tracking_no", "event_id"),
        sa.Index(
            "ix_kept_tracking_event_waiting",
            "received_at",
            "id",
            postgresql_where=sa.text("expired_at IS NULL"),
        ),
        sa.Index(
            "ix_kept_tracking_event_expired",
            "received_at",
            "id",
            postgresql_where=sa.text("expired_at IS NOT NULL"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    carrier: Mapped[str]
    tracking_no: Mapped[str]
    event_id: Mapped[str]
    event: Mapped[str]
    at: Mapped[dt.datetime]
    place: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    shops: Mapped[list[Any]] = mapped_column(default=list)
    source: Mapped[str]
    source_name: Mapped[str]
    received_at: Mapped[dt.datetime]
    expired_at: Mapped[dt.datetime | None]
    refusal: Mapped[str] = mapped_column(default="", server_default="")


append_only(TrackingEvent)
