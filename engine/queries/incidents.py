"""Incidents as an operator reads them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.failures import IncidentNotFound
from engine.retries.filters import ANY_NUMBER, IncidentFilters
from engine.searching import has_pairs
from engine.tables import Incident

FEW = 200
"""So many incidents that say what is looked for are looked up one by one."""

_NONE = uuid.UUID(int=0)


@dataclass(frozen=True, kw_only=True)
class IncidentPage:
    """A page of incidents, newest first; ``next`` is the key that the next page follows."""

    rows: tuple[Incident, ...]
    next: uuid.UUID | None


def narrowed(session: Session, filters: IncidentFilters, *, resolved: bool = False) -> IncidentFilters:
    """Narrow filters to the incidents themselves, if few say what is looked for.

    A walk along the list soon meets what many say, and would go through everything for what few do
    or none; the database can't know beforehand which it is.

    Args:
        session: The caller's transaction.
        filters: Of a page.
        resolved: Whether it is about resolved ones, in place of open ones.
    """
    parts = [part for part in (filters.message or "").split(ANY_NUMBER) if len(part) > 1]
    if not parts:
        return filters
    saying = [has_pairs(Incident.message, part) for part in parts]
    query = sa.select(Incident.id).where(*_state(resolved), *saying, *filters.conditions()).limit(FEW + 1)
    ids = tuple(session.scalars(query))
    return replace(filters, ids=ids or (_NONE,)) if len(ids) <= FEW else filters


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
        after: The last id of the page before; one that there isn't starts at the beginning.
        limit: The size of a page.
    """
    query = sa.select(Incident).order_by(Incident.occurred_at.desc(), Incident.id.desc()).limit(limit + 1)
    query = query.where(*_state(resolved))
    if filters is not None:
        query = query.where(*filters.conditions())
    at = (
        None if after is None else session.scalar(sa.select(Incident.occurred_at).where(Incident.id == after))
    )
    if at is not None:
        place = sa.tuple_(sa.literal(at), sa.literal(after))
        query = query.where(sa.tuple_(Incident.occurred_at, Incident.id) < place)
    found = tuple(session.scalars(query))
    return IncidentPage(rows=found[:limit], next=found[limit - 1].id if len(found) > limit else None)


def _state(resolved: bool) -> tuple[sa.ColumnElement[bool]]:
    return (Incident.resolved_at.is_not(None) if resolved else Incident.resolved_at.is_(None),)


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
