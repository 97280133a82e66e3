"""What a worker would do for one instance: the calls that it waits for, and its timers."""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa

from engine import Engine
from engine.services import call_service
from engine.tables import ProcessInstance, ServiceJob, Timer


def do_calls(engine: Engine, business_key: str) -> None:
    """Make the external calls that instances of a business key wait for, until there are none."""
    while calls := _calls(engine, business_key):
        for key in calls:
            call_service(engine, *key)


def next_timer(
    engine: Engine, business_key: str, until: dt.datetime
) -> tuple[dt.datetime, tuple[uuid.UUID, int, str]] | None:
    """Return when the next timer of a business key is due, and its key; None if there is none by then."""
    with engine.transaction() as session:
        row = session.execute(
            sa.select(Timer.due_at, Timer.instance_id, Timer.element_instance, Timer.kind)
            .join(ProcessInstance, ProcessInstance.id == Timer.instance_id)
            .where(ProcessInstance.business_key == business_key, Timer.due_at <= until)
            .order_by(Timer.due_at)
            .limit(1)
        ).first()
        return (row.due_at, (row.instance_id, row.element_instance, row.kind)) if row else None


def _calls(engine: Engine, business_key: str) -> list[tuple[uuid.UUID, int]]:
    with engine.transaction() as session:
        rows = session.execute(
            sa.select(ServiceJob.instance_id, ServiceJob.element_instance)
            .join(ProcessInstance, ProcessInstance.id == ServiceJob.instance_id)
            .where(ProcessInstance.business_key == business_key)
        )
        return [(row.instance_id, row.element_instance) for row in rows]
