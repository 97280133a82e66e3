"""Telling operators that something failed: once a day for each place, however much fails there."""

from __future__ import annotations

import datetime as dt
import urllib.parse

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.tables import Incident
from processes.notifications.sending import notify_staff
from processes.numbers import MARKETPLACE_ZONE
from processes.people.roles import Role

LOOKED_BACK = dt.timedelta(days=1)
"""What failed while no worker ran is told by the first that does, if it isn't older."""


def tell_of_incidents(session: Session, now: dt.datetime) -> int:
    """Tell operators of the places where incidents are open that they weren't told of today.

    The same again, by any number of workers, tells nobody twice.

    Returns:
        How many notifications were written.
    """
    incident = Incident
    day = sa.func.date(sa.func.timezone(MARKETPLACE_ZONE.key, incident.occurred_at))
    places = session.execute(
        sa.select(
            incident.process_id,
            incident.element_id,
            sa.func.max(incident.element_name).label("name"),
            day.label("day"),
        )
        .where(incident.resolved_at.is_(None), incident.occurred_at > now - LOOKED_BACK)
        .group_by(incident.process_id, incident.element_id, day)
    ).all()
    told = 0
    for place in places:
        asked = {"process": place.process_id, "element": place.element_id or ""}
        told += notify_staff(
            session,
            (Role.OPERATOR,),
            template="incident_opened",
            params={"process": place.process_id, "element": place.name or place.element_id or ""},
            link=f"/operator/incidents?{urllib.parse.urlencode({k: v for k, v in asked.items() if v})}",
            key=f"incident_opened:{place.process_id}:{place.element_id or ''}:{place.day}",
            now=now,
        )
    return told
