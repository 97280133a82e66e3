"""Which units an offer to cancel is about: true of them, still with the buyer or the shop, and in no case."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from processes.cases.rules import Outcome
from processes.cases.tables import CancellationCase, CaseLine
from processes.money.calculating import Earlier, read_earlier, units_left
from processes.orders.tables import Order, OrderLine
from processes.shipping.rules import LineUse, units_per_parcel
from processes.shipping.tables import CancellationOffer, Interception, Shipment

Units = list[tuple[uuid.UUID, int]]

# What a case that ended so was asked about is dealt with, even where units weren't cancelled.
DEALT_WITH = (Outcome.REFUNDED, Outcome.SETTLED, Outcome.EXCHANGED, Outcome.RETURN_REJECTED)


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What the offers of a locked order rest on.

    Attributes:
        offers: All that were ever noticed, those that were taken first.
        cases: Each line of each case: the reason, the outcome, and whether parcels were to be stopped for it.
    """

    order: Order
    offers: Sequence[CancellationOffer]
    cases: Sequence[tuple[CaseLine, str, str | None, bool]]
    earlier: Earlier

    def free(self, reason: str, parcel: Shipment | None) -> Units:
        """Return the units that an offer is about now, by line; none of lines that a case is open about."""
        taken = self.open_lines
        return [(line_id, units) for line_id, units in self.units(reason, parcel) if line_id not in taken]

    def units(self, reason: str, parcel: Shipment | None) -> Units:
        """Return the units that an offer is about once no case is open any more, by line."""
        if parcel is None:
            counted = [(line, self._unshipped(line)) for line in self.order.lines]
        else:
            lines = {line.id: line for line in self.order.lines}
            packed = sorted(packed.order_line_id for packed in parcel.lines)
            counted = [(lines[id_], self._in_parcel(lines[id_], reason, parcel)) for id_ in packed]
        return [(line.id, units) for line, units in counted if units > 0]

    @property
    def open_lines(self) -> Collection[uuid.UUID]:
        """The lines that a case is open about."""
        return {line.order_line_id for line, _, _, _ in self.cases if line.open}

    def _unshipped(self, line: OrderLine) -> int:
        return min(line.quantity_unshipped, units_left(line, self.earlier))

    def _in_parcel(self, line: OrderLine, reason: str, parcel: Shipment) -> int:
        parcels = [offer.shipment for offer in self.offers if offer.reason == reason and offer.shipment]
        if parcel not in parcels:
            parcels.append(parcel)
        packed = [sum(one.quantity for one in of.lines if one.order_line_id == line.id) for of in parcels]
        return units_per_parcel(self._use(line, reason), packed)[parcels.index(parcel)]

    def _use(self, line: OrderLine, reason: str) -> LineUse:
        kept = answered = 0
        for of, why, outcome, stopping in self.cases:
            if of.order_line_id != line.id:
                continue
            cancelled = of.cancelled_shipped + of.cancelled_unshipped
            # What wasn't stopped on its way goes on to the buyer, and is dealt with by nobody.
            dealt_with = of.quantity if outcome in DEALT_WITH and not stopping else cancelled
            kept += dealt_with - cancelled
            if why == reason:
                ruled = outcome == Outcome.RULED_FOR_SELLER
                answered += of.quantity if ruled else dealt_with - of.cancelled_unshipped
        return LineUse(
            live_shipped=line.quantity_live - line.quantity_unshipped,
            left=units_left(line, self.earlier),
            kept=kept,
            answered=answered,
        )


def ground_of(session: Session, order: Order) -> Ground:
    """Read what the offers of an order rest on, and lock them.

    Args:
        session: The caller's transaction.
        order: With its lines, and locked: so that nobody opens or ends a case about it meanwhile.
    """
    session.flush()
    offers = session.scalars(
        sa.select(CancellationOffer)
        .where(CancellationOffer.order_id == order.id)
        .options(joinedload(CancellationOffer.shipment).selectinload(Shipment.lines))
        .order_by(CancellationOffer.case_no.is_(None), CancellationOffer.offered_at, CancellationOffer.id)
        .with_for_update(of=CancellationOffer, key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    stopping = sa.exists().where(Interception.case_no == CancellationCase.case_no)
    cases = session.execute(
        sa.select(CaseLine, CancellationCase.reason, CancellationCase.outcome, stopping)
        .join(CancellationCase, CancellationCase.case_no == CaseLine.case_no)
        .where(CancellationCase.order_id == order.id)
    ).all()
    return Ground(
        order=order,
        offers=offers,
        cases=[(line, reason, outcome, stopped) for line, reason, outcome, stopped in cases],
        earlier=read_earlier(session, order, [line.id for line in order.lines]),
    )
