"""A deadlock that PostgreSQL ends at the cost of a person's page: the page does its command once more."""

from __future__ import annotations

import logging
import threading
import time
import uuid

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from engine import tables
from engine.actors import SYSTEM
from tests.diagrams import diagram, element, end, flows, message, message_definition, start
from tests.integration.web.conftest import Street

STORES = ("left", "right")


def writes(store: str) -> str:
    """A process that writes a store of its own when its message comes."""
    wait = element(
        "intermediateCatchEvent",
        "wait",
        "<bpmn:dataOutputAssociation>"
        f"<bpmn:targetRef>at_{store}</bpmn:targetRef></bpmn:dataOutputAssociation>"
        + message_definition("fill"),
    )
    reference = f'<bpmn:dataStoreReference id="at_{store}" dataStoreRef="{store}"/>'
    more = f'<bpmn:dataStore id="{store}" name="{store}"/>' + message("fill")
    return diagram(
        f"fills_{store}", reference, start(), wait, end(), flows("start", "wait", "end"), more=more
    )


@pytest.fixture
def waiting(street: Street) -> list[uuid.UUID]:
    """Two instances that a message reaches one after the other, each of which writes a store of its own."""
    tuidan = street.tuidan
    with tuidan.transaction() as session:
        bundle = {f"fills_{store}.bpmn": writes(store) for store in STORES}
        tuidan.engine.definitions.deploy(session, bundle, actor=SYSTEM, now=tuidan.clock.now())
    with tuidan.transaction() as session:
        return [
            tuidan.engine.start(session, f"fills_{store}", business_key="K", variables={}, actor=SYSTEM)
            for store in STORES
        ]


def until_somebody_waits(street: Street) -> None:
    """Wait until a connection waits for a lock."""
    waits = sa.text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    deadline = time.monotonic() + 30
    while True:
        with street.tuidan.transaction() as session:
            if session.scalar(waits):
                return
        assert time.monotonic() < deadline, "nobody came to wait"
        time.sleep(0.02)


@pytest.mark.parametrize("also_committed", [False, True], ids=["nothing committed", "something committed"])
def test_a_page_whose_transaction_a_deadlock_has_ended_does_it_again(
    street: Street,
    waiting: list[uuid.UUID],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    also_committed: bool,
) -> None:
    operator = street.person("ops1")
    if also_committed:
        before = street.app.view_functions["operator.send"]

        def after_another(**arguments: object) -> object:
            with street.tuidan.transaction() as session:
                session.execute(sa.text("SELECT 1"))
            return before(**arguments)

        monkeypatch.setitem(street.app.view_functions, "operator.send", after_another)
    form = {"name": "fill", "key": "K", "payload": '{"n": 1}', "reason": "x", "csrf_token": operator.token()}
    answers: list[TestResponse] = []
    page = threading.Thread(
        target=lambda: answers.append(operator.client.post("/operator/sending/message", data=form))
    )
    lock = sa.text("SELECT 1 FROM data_store WHERE id = :id FOR UPDATE")
    with street.tuidan.transaction() as other, caplog.at_level(logging.WARNING, "engine.deadlocks"):
        # Whoever has waited for the longest looks first whether it is a circle, and is ended.
        other.execute(sa.text("SET LOCAL deadlock_timeout = '60s'"))
        other.execute(lock, {"id": "right"})
        page.start()
        until_somebody_waits(street)
        other.execute(lock, {"id": "left"})
    page.join(30)
    (answer,) = answers
    with street.tuidan.transaction() as session:
        ended = session.scalars(
            sa.select(tables.ProcessInstance.status).where(tables.ProcessInstance.id.in_(waiting))
        ).all()
        values = session.scalars(sa.select(tables.DataStore.value).order_by(tables.DataStore.id)).all()
        sent = session.scalar(sa.select(sa.func.count()).select_from(tables.CommandRecord))
    if also_committed:  # a part of it has happened: the person looks, and decides
        assert (answer.status_code, ended, values, sent) == (409, ["running"] * 2, [None] * 2, 0)
        assert caplog.messages == []
    else:
        assert (answer.status_code, ended, values, sent) == (303, ["completed"] * 2, [{"n": 1}] * 2, 1)
        assert caplog.messages == ["ended by a deadlock, and tried again"]
