"""Messages that nobody waits for: they expire, are discarded or sent again, and are never just lost."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from engine import Engine, tables
from engine.clock import FixedClock
from engine.commands.kept import KeyInvalid, MessageNotKept, discard_message, resend_message
from engine.commands.send import broadcast_signal, send_message
from engine.keeping import KEPT_FOR, expire_messages
from engine.queries.kept import KeptFilters, KeptPage, find_kept
from engine.queries.starts import find_starts
from engine.spiff.instants import parse_instant
from tests.diagrams import (
    cycle,
    diagram,
    element,
    end,
    flows,
    message,
    message_definition,
    sent,
    signal,
    signal_definition,
    start,
)
from tests.integration.engine.conftest import SELLER
from tests.integration.engine.reviewing import begin, count, deploy, instance_of

SENDER = diagram(
    "sender", start(), element("endEvent", "tell", sent("go")), flows("start", "tell"), more=message("go")
)
WAITER = diagram(
    "waiter",
    start(),
    element("intermediateCatchEvent", "wait", message_definition("go")),
    end(),
    flows("start", "wait", "end"),
    more=message("go"),
)


def expire(engine: Engine) -> bool:
    with engine.transaction() as session:
        return expire_messages(session, engine.clock.now())


def kept(engine: Engine, **filters: object) -> KeptPage:
    with engine.transaction() as session:
        return find_kept(session, KeptFilters(**filters))  # type: ignore[arg-type]


@pytest.fixture
def lost(engine: Engine, work: Callable[[], int]) -> uuid.UUID:
    """A message that nobody waits for, under the business key K1."""
    deploy(engine, SENDER, WAITER)
    begin(engine, "sender", key="K1")
    work()
    (row,) = kept(engine).rows
    return row.id


def test_a_message_expires_and_is_not_delivered_until_an_operator_sends_it_again(
    engine: Engine, work: Callable[[], int], clock: FixedClock, lost: uuid.UUID
) -> None:
    clock.advance(KEPT_FOR)
    expire(engine)
    assert kept(engine, expired=True).rows == []
    clock.advance(dt.timedelta(seconds=1))
    assert expire(engine) is False
    (row,) = kept(engine, expired=True).rows
    assert (row.id, row.expired_at) == (lost, clock.now())
    late = begin(engine, "waiter", key="K1")
    work()
    assert instance_of(engine, late).status == "running"
    with engine.transaction() as session:
        told = session.scalars(
            sa.select(tables.HistoryEvent.instance_id).where(tables.HistoryEvent.kind == "message_expired")
        ).all()
    assert list(told) == [row.sender_id]
    with pytest.raises(KeyInvalid), engine.transaction() as session:
        resend_message(engine, session, lost, business_key=" ", reason="x", actor=SELLER)
    with engine.transaction() as session:
        resend_message(engine, session, lost, business_key="K1", reason="补发", actor=SELLER)
    work()
    assert (instance_of(engine, late).status, count(engine, tables.SentMessage)) == ("completed", 0)
    with pytest.raises(MessageNotKept), engine.transaction() as session:
        discard_message(engine, session, lost, reason="x", actor=SELLER)


def test_one_that_is_discarded_stays_in_the_record(engine: Engine, lost: uuid.UUID) -> None:
    with engine.transaction() as session:
        discard_message(engine, session, lost, reason="发错了", actor=SELLER)
        record = session.scalars(sa.select(tables.CommandRecord)).one()
    assert (record.command, record.process_id, record.reason) == ("discard_message", "sender", "发错了")
    assert (record.changes["name"], record.changes["business_key"]) == ("go", "K1")
    assert count(engine, tables.SentMessage) == 0


def test_kept_messages_are_found_by_name_and_key_page_by_page(engine: Engine, lost: uuid.UUID) -> None:
    for number in range(4):
        begin(engine, "sender", key=f"N{number}")
    assert [row.business_key for row in kept(engine, name="go", business_key="N2").rows] == ["N2"]
    assert kept(engine, name="other").rows == []
    seen, after = [], None
    while True:
        with engine.transaction() as session:
            page = find_kept(session, KeptFilters(name="go"), after=after, limit=2)
        seen += [row.id for row in page.rows]
        if page.next is None:
            break
        after = page.next
    assert len(seen) == len(set(seen)) == 5
    assert seen[-1] == lost


def test_what_was_sent_by_hand_names_what_it_has_reached(engine: Engine, work: Callable[[], int]) -> None:
    rings = (
        element("intermediateCatchEvent", "ring", signal_definition("bell")),
        element("startEvent", "begin"),
        end(),
    )
    deploy(engine, WAITER, diagram("rings", *rings, flows("begin", "ring", "end"), more=signal("bell")))
    waiting, ringing = begin(engine, "waiter", key="K1"), begin(engine, "rings", key="K2")
    with engine.transaction() as session:
        send_message(engine, session, "go", business_key="K1", payload={}, reason="x", actor=SELLER)
        broadcast_signal(engine, session, "bell", payload={}, reason="y", actor=SELLER)
    work()
    with engine.transaction() as session:
        records = session.scalars(sa.select(tables.CommandRecord).order_by(tables.CommandRecord.id)).all()
        history = tables.HistoryEvent
        told = session.scalars(sa.select(history.instance_id).where(history.kind == "sent_by_hand")).all()
    assert [(r.process_id, r.changes["reached"]) for r in records] == [
        ("waiter", [str(waiting)]),
        ("rings", [str(ringing)]),
    ]
    assert set(told) == {waiting, ringing}


def test_what_starts_instances_is_listed_with_when_it_does_so_next(engine: Engine, clock: FixedClock) -> None:
    def started_by(definition: str) -> str:
        return diagram(
            "daily", element("startEvent", "s", definition), end(), flows("s", "end"), more=message("go")
        )

    deploy(engine, started_by(message_definition("go")))
    deploy(engine, started_by(cycle("'R/PT1H'")))
    with engine.transaction() as session:
        (now,) = find_starts(session)
        every = find_starts(session, "daily")
    assert (now.kind, now.version, now.released, now.started) == ("cycle", 2, True, None)
    assert now.due_at == parse_instant((clock.now() + dt.timedelta(hours=1)).isoformat())
    assert [(one.version, one.released, one.due_at is None) for one in every] == [
        (2, True, False),
        (1, False, True),
    ]
