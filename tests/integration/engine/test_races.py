"""Two sellers, the buyer and the clock at one task: one of them wins, and the others are told."""

from __future__ import annotations

import datetime as dt
import functools
import uuid

import sqlalchemy as sa

from engine import Actor, Engine, tables
from engine.clock import FixedClock
from engine.errors import TuidanError
from engine.failures import TaskEnded
from tests.integration.engine.conftest import SELLER
from tests.integration.engine.reviewing import REVIEW, deploy
from tests.racing import race, rounds

COLLEAGUE = Actor(id="9", name="李店员", groups=frozenset({"shop:1"}))
BUYER = Actor(id="5", name="王芳", groups=frozenset({"buyer:5"}))
ROUNDS = 1500


def test_decisions_a_withdrawal_and_the_timeout_at_once_have_one_winner(
    engine: Engine, clock: FixedClock
) -> None:
    deploy(engine, REVIEW)
    number = rounds(ROUNDS)
    with engine.transaction() as session:
        for key in range(number):
            engine.start(session, "review", business_key=f"K{key}", variables={"shop": "1"}, actor=SELLER)
    with engine.transaction() as session:
        tasks = session.execute(
            sa.select(
                tables.UserTask.business_key,
                tables.UserTask.id,
                tables.UserTask.instance_id,
                tables.Timer.element_instance,
            )
            .join(tables.Timer, tables.Timer.instance_id == tables.UserTask.instance_id)
            .where(tables.Timer.element_id == "expire")
        ).all()
    assert len(tasks) == number
    clock.advance(dt.timedelta(hours=48))

    def decide(actor: Actor, decision: str, task_id: uuid.UUID) -> str:
        with engine.transaction() as session:
            engine.complete_task(session, task_id, values={"decision": decision}, actor=actor)
        return decision

    def withdraw(key: str) -> str:
        with engine.transaction() as session:
            taken = engine.correlate(session, "withdraw", business_key=key, actor=BUYER)
        return "withdrawn" if taken else ""

    def expire(instance_id: uuid.UUID, element_instance: int) -> str:
        with engine.transaction() as session:
            return "timeout" if engine.fire_timer(session, instance_id, element_instance) else ""

    results = race(
        [
            [
                functools.partial(decide, SELLER, "agree", task_id),
                functools.partial(decide, COLLEAGUE, "refuse", task_id),
                functools.partial(withdraw, key),
                functools.partial(expire, instance_id, timer),
            ]
            for key, task_id, instance_id, timer in tasks
        ]
    )
    winners: dict[str, int] = {}
    told = {"李店长", "李店员", "王芳", "system"}
    for one in results:
        won = [outcome for outcome in one if isinstance(outcome, str) and outcome]
        assert len(won) == 1
        winners[won[0]] = winners.get(won[0], 0) + 1
        for refusal in one:
            if isinstance(refusal, TuidanError):
                assert isinstance(refusal, TaskEnded)
                assert refusal.params["by"] in told
                assert refusal.params["at"]
    assert sum(winners.values()) == number
    # Any of them can be first: none of the ways in holds the lock so long that it always wins.
    assert len(winners) > 1
    with engine.transaction() as session:
        statuses = session.scalars(sa.select(tables.ProcessInstance.status).distinct()).all()
        assert statuses == ["completed"]
        assert session.scalar(sa.select(sa.func.count()).select_from(tables.UserTask)) == 0
        assert session.scalar(sa.select(sa.func.count()).select_from(tables.Timer)) == 0
        assert session.scalar(sa.select(sa.func.count()).select_from(tables.Incident)) == 0
        ended = session.scalar(
            sa.select(sa.func.count())
            .select_from(tables.HistoryEvent)
            .where(tables.HistoryEvent.kind == "completed", tables.HistoryEvent.element_id == "end")
        )
        assert ended in (0, number)
