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
from engine.commands.send import KeepForInvalid, NobodyWaits, broadcast_signal, send_message
from engine.failures import StepFailed
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


def living(life: str) -> str:
    """A property that says how long what is sent lives."""
    return (
        "<bpmn:extensionElements><spiffworkflow:properties>"
        f"<spiffworkflow:property name=\"timeToLive\" value='{life}'/>"
        "</spiffworkflow:properties></bpmn:extensionElements>"
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


def test_a_message_lives_as_long_as_its_sender_says(
    engine: Engine, work: Callable[[], int], clock: FixedClock
) -> None:
    tell = element("endEvent", "tell", living("life") + sent("go"))
    deploy(engine, WAITER, diagram("brief", start(), tell, flows("start", "tell"), more=message("go")))
    begin(engine, "brief", key="K1", life="PT2H")
    begin(engine, "brief", key="K2", life="P300D")
    for wrong in ("soon", "P2Y", "PT0S"):
        with pytest.raises(StepFailed):
            begin(engine, "brief", key="K3", life=wrong)
    work()
    clock.advance(dt.timedelta(hours=2))
    late = begin(engine, "waiter", key="K1")  # no worker has marked it yet
    work()
    assert instance_of(engine, late).status == "running"
    expire(engine)
    (gone,) = kept(engine, expired=True).rows
    assert (gone.business_key, gone.expires_at) == ("K1", clock.now())
    clock.advance(2 * KEPT_FOR)
    expire(engine)
    assert len(kept(engine, expired=True).rows) == 1, "the other one outlives what is said for all"
    with engine.transaction() as session:
        resend_message(engine, session, gone.id, business_key="K9", reason="补发", actor=SELLER)
    (again,) = kept(engine, business_key="K9").rows
    assert again.expires_at == clock.now() + dt.timedelta(hours=2)
    begin(engine, "waiter", key="K2")
    work()
    assert count(engine, tables.MessageSubscription) == 1


def test_what_is_sent_by_hand_is_kept_for_who_begins_to_wait(
    engine: Engine, work: Callable[[], int], clock: FixedClock
) -> None:
    deploy(engine, WAITER)

    def send(key: str, keep_for: str = "") -> int:
        with engine.transaction() as session:
            return send_message(
                engine,
                session,
                "go",
                business_key=key,
                payload={"n": 1},
                keep_for=keep_for,
                reason="x",
                actor=SELLER,
            )

    with pytest.raises(NobodyWaits):
        send("K1")
    for wrong in ("2 hours", "P2Y", "PT0S", "-PT1H", "P1M" * 99):
        with pytest.raises(KeepForInvalid):
            send("K1", wrong)
    with pytest.raises(KeyInvalid):
        send("", "PT1H")
    assert (send("K1", "PT1H"), send("K2", "PT1H"), work()) == (0, 0, 2)
    (first, second) = kept(engine).rows
    assert (first.sender_id, first.expires_at) == (None, clock.now() + dt.timedelta(hours=1))
    waiting = begin(engine, "waiter", key="K1")
    work()
    assert instance_of(engine, waiting).status == "completed"
    clock.advance(dt.timedelta(hours=1))
    expire(engine)
    assert [row.business_key for row in kept(engine, expired=True).rows] == ["K2"]
    with engine.transaction() as session:
        discard_message(
            engine, session, second.id if second.business_key == "K2" else first.id, reason="x", actor=SELLER
        )
        records = session.scalars(sa.select(tables.CommandRecord).order_by(tables.CommandRecord.id)).all()
    assert [r.changes.get("kept_for") for r in records] == ["PT1H", "PT1H", None]
    begin(engine, "waiter", key="K3")
    assert send("K3", "PT1H") == 1
    assert kept(engine).rows == []


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
