"""Which side of a case somebody is on: what the sides show and say is for them alone."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.actors import Actor
from processes.cases.tables import CancellationCase
from processes.disputes.tables import Dispute

PLATFORM = frozenset({"platform", "platform_senior"})


def side_of(session: Session, case: CancellationCase, actor: Actor) -> str | None:
    """Return ``buyer``, ``seller`` or ``platform``, or None for whom the case doesn't concern.

    The platform's agents are a side once the case was brought before them, not earlier.
    """
    if actor.may_act_for(f"buyer:{case.buyer_id}"):
        return "buyer"
    if actor.may_act_for(f"shop:{case.shop_id}"):
        return "seller"
    escalated = sa.select(sa.exists().where(Dispute.case_no == case.case_no))
    if actor.groups & PLATFORM and session.scalar(escalated):
        return "platform"
    return None
