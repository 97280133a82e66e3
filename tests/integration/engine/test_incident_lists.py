"""Lists of incidents: page by page in the order of their instants, each choice of filters by an index."""

from __future__ import annotations

import datetime as dt
import itertools
import uuid

import pytest

from engine import Engine
from engine.ids import new_id
from engine.queries.incidents import find_incidents
from engine.queries.retries import incident_groups
from engine.retries.filters import IncidentFilters
from engine.tables import Incident
from tests.plans import plans_of

BEGAN = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def incidents(engine: Engine) -> list[uuid.UUID]:
    """Twelve, the latest first, some at the same instant; ids don't grow with time, as by a moved clock."""
    rows = [
        Incident(
            id=new_id(),
            key=str(number),
            instance_id=None,
            business_key="K",
            process_id=f"p{number % 2}",
            element_id=f"e{number % 2}",
            kind="stalled" if number == 5 else "step",
            message="failed",
            detail="",
            command={},
            occurred_at=BEGAN - HOUR * (number // 2),
            last_at=BEGAN,
            count=1,
        )
        for number in range(12)
    ]
    with engine.transaction() as session:
        session.add_all(rows)
    return [row.id for row in sorted(rows, key=lambda row: (row.occurred_at, row.id), reverse=True)]


@pytest.mark.parametrize("limit", [1, 5, 12])
def test_pages_follow_each_other_by_the_instant(
    engine: Engine, incidents: list[uuid.UUID], limit: int
) -> None:
    seen: list[uuid.UUID] = []
    after = None
    with engine.transaction() as session:
        for _ in range(13):
            page = find_incidents(session, after=after, limit=limit)
            seen += [row.id for row in page.rows]
            after = page.next
            if after is None:
                break
        assert seen == incidents
        assert len(find_incidents(session, after=uuid.uuid4()).rows) == 12
        old = IncidentFilters(occurred_before=BEGAN - HOUR * 4)
        assert [row.id for row in find_incidents(session, old).rows] == incidents[10:]


def test_each_filter_is_read_by_an_index(engine: Engine, incidents: list[uuid.UUID]) -> None:
    with engine.transaction() as session, plans_of(session, "seqscan", "bitmapscan", "sort") as plans:
        choices = ((None, "p0"), (None, "stalled"), (None, BEGAN), (False, True))
        for process, kind, before, resolved in itertools.product(*choices):
            filters = IncidentFilters(process_id=process, kind=kind, occurred_before=before)
            find_incidents(session, filters, resolved=bool(resolved))
        find_incidents(session, IncidentFilters(element_id="e0"))
        incident_groups(session, IncidentFilters(kind="stalled"))
    assert len(plans) == 18
    for plan in plans:
        assert "Index Cond" in plan or "_at on incident" in plan, plan
    assert not [plan for plan in plans[:17] if "Sort" in plan or "Filter" in plan]
    assert "ix_incident_open_kind" in plans[-1]
