"""Events that come before their parcel: kept, recorded once it is known, and expired in the end."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import sqlalchemy as sa

from engine.actors import Actor
from processes.orders.tables import Order
from processes.shipping import keeping
from processes.shipping.errors import TooManyKept, TrackingEventConflict
from processes.shipping.keeping import KEPT_FOR, SHOWN_FOR, apply_kept, kept_events
from processes.shipping.reporting import ParcelReport, Result, foresee, take_report
from processes.shipping.shipments import record_shipment
from processes.shipping.tables import KeptEvent, Shipment
from processes.shipping.tracking import CarrierReport
from tests.integration.cases.play import HOUR, Play

CARRIER = Actor(id="feed:sf", name="顺丰")


def report(play: Play, event: str, after: dt.timedelta = HOUR, number: str = "SF-9") -> ParcelReport:
    one = CarrierReport(event_id=event, event=event, at=play.clock.now() - 12 * HOUR + after)
    return ParcelReport(carrier="顺丰", tracking_no=number, report=one)


def take(play: Play, one: ParcelReport, shops: tuple[uuid.UUID, ...] = ()) -> Result:
    with play.tuidan.transaction() as session:
        foreseen = foresee(session, one, shops=shops, actor=CARRIER, now=play.clock.now())
        result = take_report(
            session, play.tuidan.engine, one, shops=shops, actor=CARRIER, now=play.clock.now()
        )
    assert result is foreseen
    return result


def leave(play: Play, number: str = "SF-9") -> None:
    order_no = play.order()
    with play.tuidan.transaction() as session:
        record_shipment(
            session,
            play.tuidan.engine,
            order=session.scalars(sa.select(Order).where(Order.order_no == order_no)).one(),
            carrier="顺丰",
            tracking_no=number,
            shipped_at=play.clock.now(),
            actor=play.seller,
            now=play.clock.now(),
        )


def apply(play: Play) -> None:
    assert not apply_kept(play.tuidan.transaction, play.tuidan.engine, play.clock.now())


def waiting(play: Play, *, expired: bool = False) -> list[str]:
    with play.tuidan.transaction() as session:
        return [one.event for one in kept_events(session, expired=expired).events]


def test_events_wait_for_their_parcel_and_are_recorded_in_their_order(play: Play) -> None:
    first, second = report(play, "delivered", 3 * HOUR), report(play, "picked_up")
    assert [take(play, one) for one in (first, second, first)] == ["kept", "kept", "known"]
    with pytest.raises(TrackingEventConflict):
        take(play, report(play, "delivered", 4 * HOUR))
    apply(play)
    assert waiting(play) == ["picked_up", "delivered"]
    leave(play)
    apply(play)
    assert waiting(play) == []
    with play.tuidan.transaction() as session:
        parcel = session.scalars(sa.select(Shipment)).one()
        assert parcel.state == "delivered"
        assert [one.event for one in parcel.events] == ["picked_up", "delivered"]
    assert take(play, first) == "known"


def test_what_a_shop_reports_never_reaches_anothers_parcel(play: Play) -> None:
    leave(play)
    elsewhere = (uuid.uuid4(),)
    assert take(play, report(play, "lost"), elsewhere) == "kept"
    apply(play)
    assert waiting(play) == ["lost"]
    assert take(play, report(play, "lost", 2 * HOUR, "SF-8"), (play.market.shop.id,)) == "kept"
    leave(play, "SF-8")
    apply(play)
    assert waiting(play) == ["lost"]


def test_what_waits_in_vain_expires_and_is_forgotten(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    take(play, report(play, "picked_up"))
    monkeypatch.setattr(keeping, "MOST_KEPT", 1)
    with pytest.raises(TooManyKept):
        take(play, report(play, "in_transit"))
    play.clock.advance(KEPT_FOR + HOUR)
    apply(play)
    assert (waiting(play), waiting(play, expired=True)) == ([], ["picked_up"])
    leave(play)
    apply(play)
    assert waiting(play, expired=True) == ["picked_up"]
    play.clock.advance(SHOWN_FOR + HOUR)
    apply(play)
    with play.tuidan.transaction() as session:
        assert session.scalars(sa.select(KeptEvent)).all() == []
