"""Incidents as an operator reads them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.failures import IncidentNotFound
from engine.retries.filters import IncidentFilters
from engine.tables import Incident


@dataclass(frozen=True, kw_only=True)
class IncidentPage:
    """A page of incidents, newest first; ``next`` is the key that the next page follows."""

    rows: tuple[Incident, ...]
    next: uuid.UUID | None


def find_incidents(
    session: Session,
    filters: IncidentFilters | None = None,
    *,
    resolved: bool = False,
    after: uuid.UUID | None = None,
    limit: int = 50,
) -> IncidentPage:
    """Return open incidents, or resolved ones, newest first.

    Args:
        session: The caller's transaction.
        filters: Which ones.
        resolved: Those that were resolved, in place of open ones.
        after: The last id of the page before.
        limit: The size of a page.
    """
    query = sa.select(Incident).order_by(Incident.id.desc()).limit(limit + 1)
    query = query.where(Incident.resolved_at.is_not(None) if resolved else Incident.resolved_at.is_(None))
    if filters is not None:
        query = query.where(*filters.conditions())
    if after is not None:
        query = query.where(Incident.id < after)
    found = tuple(session.scalars(query))
    return IncidentPage(rows=found[:limit], next=found[limit - 1].id if len(found) > limit else None)


def incidents_of(session: Session, instance_id: uuid.UUID, *, limit: int = 50) -> Sequence[Incident]:
    """Return the incidents of an instance: open ones first, then the newest."""
    query = (
        sa.select(Incident)
        .where(Incident.instance_id == instance_id)
        .order_by(Incident.resolved_at.is_not(None), Incident.id.desc())
        .limit(limit)
    )
    return session.scalars(query).all()


def incident(session: Session, incident_id: uuid.UUID) -> Incident:
    """Return an incident.

    Raises:
        IncidentNotFound: There is none of that id.
    """
    found = session.get(Incident, incident_id)
    if found is None:
        raise IncidentNotFound
    return found
