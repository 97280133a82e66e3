"""Locking process instances ahead of what their steps lock."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.tables import Execution, ProcessInstance


def lock_instances(session: Session, business_keys: sa.Select[str] | sa.CompoundSelect[str]) -> None:
    """Lock the running process instances of some business keys until the transaction ends.

    A step locks its instance first, and then orders, parcels and what else it touches. Who has
    the lock of one of those and then sends such an instance a message would wait for that step
    while it waits for him; so whoever is about to do that calls this first.
    """
    session.execute(
        sa.select(Execution.instance_id)
        .join(ProcessInstance, ProcessInstance.id == Execution.instance_id)
        .where(ProcessInstance.business_key.in_(business_keys))
        .order_by(Execution.instance_id)
        .with_for_update(of=Execution)
    ).all()
