"""What the platform rules on a parcel of a case that is missing, and what follows from it."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.values import JSON
from processes.cases.carrying import case_of
from processes.cases.timeline import record_event
from processes.offers.exchanging import record_exchange_sent
from processes.returns.refused import resend_refused
from processes.returns.sending import named
from processes.returns.tables import Return
from processes.shipping.queries import find_shipment
from processes.shipping.rules import Direction, ShipmentState
from processes.shipping.silent import SIDES, is_settled, tell_of_parcel


class Verdict(enum.StrEnum):
    """That it counts as arrived, that its sender has to send again, or that it is waited for."""

    RECEIVED = "received"
    AGAIN = "again"
    WAIT = "wait"


class Then(enum.StrEnum):
    """Who has to act on a ruling: the return's process, the shop, nobody for some days, or nobody."""

    RETURN = "return"
    ANEW = "anew"
    WAIT = "wait"
    SETTLED = "settled"


@dataclass(frozen=True, kw_only=True)
class Ruled:
    """What follows from a ruling.

    Attributes:
        next_at: When to look again, if it is waited for.
    """

    then: Then
    verdict: Verdict
    next_at: dt.datetime | None = None

    def as_json(self) -> dict[str, JSON]:
        """The ruling as the diagrams see it."""
        at = self.next_at.isoformat() if self.next_at else ""
        return {"then": self.then.value, "verdict": self.verdict.value, "next_at": at}


def rule_on_parcel(
    session: Session,
    shipment_no: str,
    verdict: Verdict,
    *,
    reasons: str,
    wait_days: int,
    actor: Actor,
    now: dt.datetime,
) -> Ruled:
    """Record what an agent ruled on a missing parcel, and tell both sides.

    Where the parcel has arrived or nobody waits for it meanwhile, nothing is ruled any more.

    Args:
        session: The caller's transaction; parcel and return are locked here.
        shipment_no: Which parcel.
        verdict: What he ruled.
        reasons: For both sides to read.
        wait_days: By the table ``case_parcel_rules``; for how long it is waited if he ruled so.
        actor: The agent.
        now: When.

    Raises:
        ShipmentNotFound: There is none.
    """
    shipment = find_shipment(session, shipment_no, lock=True)
    # Whoever inspects the goods at this moment comes first or second, and not in between.
    back = session.scalar(sa.select(Return).where(Return.case_no == shipment.case_no).with_for_update())
    if shipment.state == ShipmentState.DELIVERED or is_settled(session, shipment):
        return Ruled(then=Then.SETTLED, verdict=verdict)
    record_event(
        session,
        shipment.case_no or "",
        "parcel_ruled",
        actor=actor,
        now=now,
        verdict=verdict.value,
        carrier=shipment.carrier,
        tracking_no=shipment.tracking_no,
        explanation=reasons.strip(),
    )
    occasion = f"{now:%Y%m%d%H%M%S}"
    tell_of_parcel(session, shipment, SIDES, f"parcel_ruled_{verdict}", occasion, now=now)
    session.flush()
    if verdict is Verdict.WAIT:
        return Ruled(then=Then.WAIT, verdict=verdict, next_at=now + dt.timedelta(days=max(1, wait_days)))
    if back is not None and shipment.direction == Direction.RETURN:
        if verdict is Verdict.AGAIN:
            # The buyer tells carrier and number once more; what he has paid stays on record.
            back.carrier = back.tracking_no = ""
            back.sent_at = back.corrected_at = None
            session.flush()
        return Ruled(then=Then.RETURN, verdict=verdict)
    if verdict is Verdict.AGAIN:
        return Ruled(then=Then.ANEW, verdict=verdict)
    shipment.missing_at = None
    session.flush()
    return Ruled(then=Then.SETTLED, verdict=verdict)


def send_anew(
    session: Session, shipment_no: str, *, carrier: str, tracking_no: str, actor: Actor, now: dt.datetime
) -> None:
    """Record how a shop has sent goods again whose parcel to the buyer is missing; the new one is watched.

    Raises:
        ShipmentNotFound: There is none.
        TrackingMissing: Carrier or number is empty.
        ShipmentConflict: The order has that parcel for another purpose.
    """
    shipment = find_shipment(session, shipment_no)
    case = case_of(session, shipment.case_no or "")
    carrier, tracking_no = named(carrier, tracking_no)
    record = record_exchange_sent if shipment.direction == Direction.EXCHANGE else resend_refused
    record(session, case, carrier=carrier, tracking_no=tracking_no, actor=actor, now=now)
