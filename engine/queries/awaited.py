"""What instances wait for from outside: messages and signals, and what operators have sent of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.queries.overview import COUNT_LIMIT
from engine.tables import CommandRecord, EventSubscription, MessageSubscription

BY_HAND = ("send_message", "broadcast_signal")


@dataclass(frozen=True, kw_only=True)
class Awaited:
    """A message or a signal that instances wait for; the count stops at ``COUNT_LIMIT``."""

    name: str
    count: int


def awaited_messages(session: Session, *, limit: int = 50) -> list[Awaited]:
    """Return the messages that are waited for most."""
    return _counted(session, sa.select(MessageSubscription.message.label("name")), limit)


def awaited_signals(session: Session, *, limit: int = 50) -> list[Awaited]:
    """Return the signals that are waited for most."""
    query = sa.select(EventSubscription.name.label("name")).where(EventSubscription.kind == "signal")
    return _counted(session, query, limit)


def sent_by_hand(session: Session, *, limit: int = 20) -> Sequence[CommandRecord]:
    """Return what operators have sent last."""
    return session.scalars(
        sa.select(CommandRecord)
        .where(CommandRecord.command.in_(BY_HAND))
        .order_by(CommandRecord.id.desc())
        .limit(limit)
    ).all()


def _counted(session: Session, query: sa.Select[str], limit: int) -> list[Awaited]:
    found = query.limit(COUNT_LIMIT).subquery()
    counted = sa.select(found.c.name, sa.func.count().label("count")).group_by(found.c.name)
    rows = session.execute(counted.order_by(sa.desc("count"), found.c.name).limit(limit))
    return [Awaited(name=name, count=count) for name, count in rows]
