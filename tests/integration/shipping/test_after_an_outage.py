"""A parcel's lateness counts from what was promised, even if nobody was there to notice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import sqlalchemy as sa

from engine.actors import SYSTEM
from engine.clock import FixedClock
from processes.shipping.shipments import record_shipment
from processes.shipping.tables import CancellationOffer
from tests.marketplace import marketplace
from webapp.bootstrap import Tuidan


def test_a_parcel_that_got_late_during_an_outage_is_offered_at_once(
    tuidan: Tuidan, clock: FixedClock, work: Callable[[], int]
) -> None:
    with tuidan.transaction() as session:
        place = marketplace(session)
        order = place.order([(5000, 1)])
        order.promised_at = clock.now() + dt.timedelta(days=3)
        record_shipment(
            session,
            tuidan.engine,
            order=order,
            carrier="顺丰速运",
            tracking_no="SF1",
            shipped_at=clock.now(),
            actor=SYSTEM,
            now=clock.now(),
        )
    work()
    clock.advance(dt.timedelta(days=5))
    work()
    with tuidan.transaction() as session:
        offer = session.scalars(sa.select(CancellationOffer)).one()
        assert (offer.reason, offer.offered_at) == ("L_DELAY", clock.now())
