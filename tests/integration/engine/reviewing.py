"""A process in which a shop reviews a request, and what the engine's tests do with it."""

from __future__ import annotations

import uuid
from typing import Any

import sqlalchemy as sa

from engine import Engine, tables
from tests.diagrams import (
    boundary,
    diagram,
    element,
    end,
    flow,
    flows,
    message,
    message_definition,
    script,
    start,
    timer,
    user,
)
from tests.integration.engine.conftest import SELLER

REVIEW = diagram(
    "review",
    start(),
    user("decide", "'shop:' + shop"),
    boundary("remind", "decide", timer("'PT24H'"), interrupting=False),
    script("reminded", "n = 1"),
    end("end_reminded"),
    boundary("expire", "decide", timer("'PT48H'")),
    boundary("withdrawn", "decide", message_definition("withdraw", "withdrawal")),
    element("exclusiveGateway", "which", default="which-refused"),
    script("agreed", "outcome = 'agreed'"),
    script("refused", "outcome = 'refused'"),
    script("timed_out", "outcome = 'timeout'"),
    script("taken_back", "outcome = 'withdrawn'"),
    end(),
    flows("start", "decide", "which", "refused", "end"),
    flow("which", "agreed", "decision == 'agree'"),
    flows("agreed", "end"),
    flows("remind", "reminded", "end_reminded"),
    flows("expire", "timed_out", "end"),
    flows("withdrawn", "taken_back", "end"),
    more=message("withdraw"),
)


def deploy(engine: Engine, *texts: str) -> None:
    with engine.transaction() as session:
        engine.deploy(session, {f"{n}.bpmn": text for n, text in enumerate(texts)}, actor=SELLER)


def begin(engine: Engine, process_id: str = "review", key: str = "K1", **variables: Any) -> uuid.UUID:
    with engine.transaction() as session:
        return engine.start(
            session, process_id, business_key=key, variables={"shop": "1"} | variables, actor=SELLER
        )


def task_of(engine: Engine, instance_id: uuid.UUID) -> tables.UserTask:
    with engine.transaction() as session:
        return session.scalars(
            sa.select(tables.UserTask).where(tables.UserTask.instance_id == instance_id)
        ).one()


def complete(engine: Engine, task_id: uuid.UUID, actor: Any = SELLER, **values: Any) -> None:
    with engine.transaction() as session:
        engine.complete_task(session, task_id, values=values, actor=actor)


def instance_of(engine: Engine, instance_id: uuid.UUID) -> tables.ProcessInstance:
    with engine.transaction() as session:
        return session.get_one(tables.ProcessInstance, instance_id)


def count(engine: Engine, table: Any) -> int:
    with engine.transaction() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def kinds(engine: Engine, instance_id: uuid.UUID) -> list[str]:
    with engine.transaction() as session:
        history = tables.HistoryEvent
        query = sa.select(history.kind).where(history.instance_id == instance_id).order_by(history.id)
        return list(session.scalars(query))
