"""Changing tokens on a real database: previewed without a trace, applied as one step, fenced, recorded."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from engine import Engine, tables
from engine.commands.fencing import ChangedMeanwhile, WouldFail
from engine.commands.modify import NoChanges, modify_instance, preview_modification
from engine.commands.outcome import Outcome
from engine.commands.record import ReasonMissing
from engine.failures import InstanceEnded, InstanceSuspended
from engine.inspecting import inspect_tokens
from engine.operations import OperationContext, OperationRegistry, Unrecoverable
from engine.spiff.modifying import TokenChange
from engine.spiff.refusals import LeavesNothing
from tests.diagrams import diagram, end, flows, service, start, user
from tests.integration.engine.conftest import SELLER, STRANGER
from tests.integration.engine.reviewing import REVIEW, begin, complete, count, deploy, instance_of, task_of
from tests.integration.engine.test_suspending import suspend
from tests.jobs import take_jobs

SHIP = diagram(
    "ship",
    start(),
    user("pick", "'shop:' + shop"),
    service("hold", "test.hold", result="held"),
    service("call", "test.call", result="called"),
    user("pack", "'shop:' + shop"),
    end(),
    flows("start", "pick", "hold", "call", "pack", "end"),
)


def at(engine: Engine, instance_id: uuid.UUID, element_id: str) -> int:
    with engine.transaction() as session:
        found = inspect_tokens(engine, session, instance_id).tokens
    return next(token.element_instance for token in found if token.element_id == element_id)


def move(engine: Engine, instance_id: uuid.UUID, source: str, target: str, process_id: str = "review") -> Any:
    return [TokenChange(at(engine, instance_id, source), (process_id, target))]


def preview(engine: Engine, instance_id: uuid.UUID, changes: list[TokenChange]) -> Outcome:
    return preview_modification(engine, instance_id, changes, actor=SELLER)


def apply(
    engine: Engine, instance_id: uuid.UUID, changes: list[TokenChange], version: int, actor: Any = SELLER
) -> Outcome:
    with engine.transaction() as session:
        return modify_instance(
            engine, session, instance_id, changes, version=version, reason="走错了", actor=actor
        )


def rows(engine: Engine) -> list[int]:
    kinds = (
        tables.UserTask,
        tables.Timer,
        tables.MessageSubscription,
        tables.ServiceJob,
        tables.HistoryEvent,
        tables.Incident,
    )
    return [count(engine, table) for table in kinds]


@pytest.fixture
def shipping(engine: Engine, registry: OperationRegistry) -> list[str]:
    """Deploys SHIP; what its operations were called with."""
    calls: list[str] = []

    @registry.operation("test.hold")
    def hold(ctx: OperationContext) -> dict[str, object]:
        calls.append(ctx.element_id)
        ctx.session.execute(sa.text("UPDATE process_instance SET started_by = 'held'"))
        return {}

    @registry.operation("test.call", external=True)
    def call(_ctx: OperationContext) -> dict[str, object]:
        raise Unrecoverable("no")

    deploy(engine, SHIP)
    return calls


def test_a_preview_says_what_would_happen_and_leaves_nothing_behind(
    engine: Engine, shipping: list[str]
) -> None:
    instance_id = begin(engine, "ship")
    before = rows(engine)
    seen = preview(engine, instance_id, move(engine, instance_id, "pick", "hold", "ship"))
    assert [entry.element_id for entry in seen.cancelled] == ["pick"]
    assert [entry.element_id for entry in seen.passed] == ["hold"]
    assert [(call.element_id, call.operation) for call in seen.calls] == [("hold", "test.hold")]
    assert [(w.kind, w.element_id) for w in seen.gone] == [("user_tasks", "pick")]
    assert [(w.kind, w.element_id) for w in seen.come] == [("services", "call")]
    assert not seen.ends
    assert shipping == ["hold"]  # it ran, and was taken back
    assert rows(engine) == before
    assert instance_of(engine, instance_id).started_by != "held"
    assert take_jobs(engine.transaction) == []


def test_a_move_is_one_step_with_its_record(engine: Engine) -> None:
    deploy(engine, REVIEW)
    instance_id = begin(engine)
    changes = move(engine, instance_id, "decide", "timed_out")
    seen = preview(engine, instance_id, changes)
    assert seen.ends
    assert {(w.kind, w.element_id) for w in seen.gone} == {
        ("user_tasks", "decide"),
        ("timers", "remind"),
        ("timers", "expire"),
        ("messages", "withdrawn"),
    }
    apply(engine, instance_id, changes, seen.version)
    record = instance_of(engine, instance_id)
    assert (record.status, (record.variables or {})["outcome"]) == ("completed", "timeout")
    assert rows(engine)[:4] == [0, 0, 0, 0]
    with engine.transaction() as session:
        history = tables.HistoryEvent
        event = session.scalars(sa.select(history).where(history.kind == "tokens_changed")).one()
    assert (event.actor_name, (event.data or {})["reason"]) == ("李店长", "走错了")
    (change,) = (event.data or {})["changes"]
    assert (change["from"]["element_id"], change["to"]["name"]) == ("decide", "timed_out")
    assert [token["element_id"] for token in (event.data or {})["before"]] == ["decide"]
    assert (event.data or {})["after"] == []


def test_cancelled_calls_go_with_their_retries_and_incidents(
    engine: Engine, shipping: list[str], work: Callable[[], int]
) -> None:
    instance_id = begin(engine, "ship")
    complete(engine, task_of(engine, instance_id).id)
    work()
    assert rows(engine)[3:] == [1, rows(engine)[4], 1]
    changes = move(engine, instance_id, "call", "pack", "ship")
    apply(engine, instance_id, changes, preview(engine, instance_id, changes).version)
    assert count(engine, tables.ServiceJob) == 0
    with engine.transaction() as session:
        incident = session.scalars(sa.select(tables.Incident)).one()
    assert incident.resolved_by == SELLER.id
    complete(engine, task_of(engine, instance_id).id)
    assert instance_of(engine, instance_id).status == "completed"


def test_who_comes_second_is_told_who_was_faster(engine: Engine) -> None:
    deploy(engine, REVIEW)
    instance_id = begin(engine)
    changes = move(engine, instance_id, "decide", "decide")
    version = preview(engine, instance_id, changes).version
    outcomes: list[BaseException | None] = []
    barrier = threading.Barrier(2)

    def run(actor: Any) -> None:
        barrier.wait()
        try:
            apply(engine, instance_id, changes, version, actor)
            outcomes.append(None)
        except Exception as error:  # noqa: BLE001 - it is looked at below
            outcomes.append(error)

    threads = [threading.Thread(target=run, args=(actor,)) for actor in (SELLER, STRANGER)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (lost,) = [outcome for outcome in outcomes if outcome is not None]
    assert isinstance(lost, ChangedMeanwhile)
    assert lost.params["by"] in (SELLER.name, STRANGER.name)
    assert count(engine, tables.UserTask) == 1


def test_a_suspended_instance_is_repaired_and_stays_suspended(engine: Engine) -> None:
    deploy(engine, REVIEW)
    instance_id = begin(engine)
    suspend(engine, instance_id)
    changes = move(engine, instance_id, "decide", "decide")
    apply(engine, instance_id, changes, preview(engine, instance_id, changes).version)
    with pytest.raises(InstanceSuspended):
        complete(engine, task_of(engine, instance_id).id, decision="agree")


def test_what_would_go_wrong_is_refused_before_and_leaves_no_incident(
    engine: Engine, registry: OperationRegistry
) -> None:
    @registry.operation("test.hold")
    def hold(_ctx: OperationContext) -> dict[str, object]:
        raise RuntimeError("the shelf is locked")

    @registry.operation("test.call", external=True)
    def call(_ctx: OperationContext) -> dict[str, object]:
        return {}

    deploy(engine, SHIP)
    instance_id = begin(engine, "ship")
    with pytest.raises(WouldFail) as failed:
        preview(engine, instance_id, move(engine, instance_id, "pick", "hold", "ship"))
    assert failed.value.params == {"name": "hold", "why": "RuntimeError: the shelf is locked"}
    with pytest.raises(LeavesNothing):
        preview(engine, instance_id, [TokenChange(at(engine, instance_id, "pick"))])
    with pytest.raises(NoChanges):
        preview(engine, instance_id, [])
    with pytest.raises(ReasonMissing), engine.transaction() as session:
        modify_instance(engine, session, instance_id, [TokenChange(1)], version=1, reason=" ", actor=SELLER)
    assert count(engine, tables.Incident) == 0
    with engine.transaction() as session:
        engine.cancel_instance(session, instance_id, reason="over", actor=SELLER)
    with pytest.raises(InstanceEnded):
        preview(engine, instance_id, [TokenChange(1)])
