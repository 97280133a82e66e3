"""The product's own diagrams: a durable step beside the library's JSON round trip of the same instance.

A case of ``buyer_cancellation`` waits for its seller, two calls deep, with its reminders armed; then
he agrees. Operations answer without a database on both sides, so that the engines alone are compared.
"""

from __future__ import annotations

import functools
import inspect
import io
import json
import statistics
import time
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from lxml import etree
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine, TaskDataEnvironment
from SpiffWorkflow.bpmn.serializer.workflow import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.spiff.parser.process import SpiffBpmnParser
from SpiffWorkflow.spiff.serializer.config import SPIFF_CONFIG
from sqlalchemy.orm import Session

from engine import Actor, tables
from engine.operations import OperationContext, OperationRegistry
from engine.spiff.instants import later
from engine.values import JSON
from tests.benchmarks.measuring import Ground, Report
from tests.benchmarks.reference import build
from tests.process import bundle
from tests.process.running import ANSWERS, CASE

PROCESS = "buyer_cancellation"
REVIEW = "task_review_request"
SELLER = Actor(id="1", name="seller", groups=frozenset({f"shop:{CASE['shop_id']}"}))
AGREE: dict[str, Any] = {"decision": "agree"}
CASES = 150
ROUND_TRIPS = 30


def _answering() -> OperationRegistry:
    """The product's operations by name, kind and parameters, answering at once."""
    registry = OperationRegistry()
    for operation in bundle.registry():
        answered = functools.partial(_answer, ANSWERS.get(operation.name, {}))
        # The linter reads the parameters from here.
        answered.__signature__ = inspect.signature(operation.handler)  # type: ignore[attr-defined]
        registry.operation(operation.name, external=operation.external)(answered)
    return registry


def _answer(answer: Mapping[str, JSON], _ctx: OperationContext, **_arguments: JSON) -> Mapping[str, JSON]:
    return answer


def _durable(url: str) -> tuple[float, float, int]:
    """Median seconds of the step that starts a case and of the one that decides it, and bytes of state."""
    engine, database = build(url, _answering())
    with engine.transaction() as session:
        engine.deploy(session, bundle.files(), actor=SELLER)
    starting, deciding, size = [], [], 0
    for number in range(CASES):
        began = time.perf_counter()
        with engine.transaction() as session:
            instance_id = engine.start(
                session, PROCESS, business_key=f"C{number}", variables=dict(CASE), actor=SELLER
            )
        starting.append(time.perf_counter() - began)
        with engine.transaction() as session:
            task_id = _review(session, instance_id)
            size = len(session.get_one(tables.Execution, instance_id).state)
        began = time.perf_counter()
        with engine.transaction() as session:
            engine.complete_task(session, task_id, values=AGREE, actor=SELLER)
        deciding.append(time.perf_counter() - began)
    database.dispose()
    return statistics.median(starting), statistics.median(deciding), size


def _review(session: Session, instance_id: Any) -> Any:
    task = tables.UserTask
    found = sa.select(task.id).where(task.instance_id == instance_id, task.element_id == REVIEW)
    return session.scalars(found).one()


class _Answers(TaskDataEnvironment):  # type: ignore[misc] # the library carries no types
    """The library's own environment, with the product's function and its operations."""

    def __init__(self) -> None:
        super().__init__({"later": later})

    def call_service(self, context: dict[str, Any], **call: Any) -> str:
        return json.dumps(ANSWERS.get(call["operation_name"], {}))


def _decide(decision_id: str, task: Any) -> dict[str, Any]:
    """Decide as the product does: the library reads ``in [...]`` in a cell as part of a name."""
    return bundle.program().decisions[decision_id].decide(task.data)


def _raw() -> tuple[float, int]:
    """Median seconds of the library's JSON round trip of the waiting instance, and its bytes."""
    parser = SpiffBpmnParser()
    for name, text in bundle.files().items():
        if name.endswith((".bpmn", ".dmn")):
            add = parser.add_bpmn_xml if name.endswith(".bpmn") else parser.add_dmn_xml
            add(etree.parse(io.BytesIO(text.encode())).getroot(), name)
    spec, called = parser.get_spec(PROCESS), parser.get_subprocess_specs(PROCESS)
    for part in (spec, *called.values()):
        for task_spec in part.task_specs.values():
            if hasattr(task_spec, "dmnEngine"):
                task_spec.dmnEngine.result = functools.partial(
                    _decide, task_spec.extensions["calledDecisionId"]
                )
    workflow = BpmnWorkflow(spec, called, script_engine=PythonScriptEngine(_Answers()))
    workflow.task_tree.data = dict(CASE)
    workflow.do_engine_steps()
    if not any(task.task_spec.name == REVIEW for task in workflow.get_tasks()):
        raise RuntimeError("the library didn't come to the seller's task")
    serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(SPIFF_CONFIG))
    samples, size = [], 0
    for _ in range(ROUND_TRIPS):
        began = time.perf_counter()
        state = serializer.serialize_json(workflow)
        serializer.deserialize_json(state)
        samples.append(time.perf_counter() - began)
        size = len(state)
    return statistics.median(samples), size


def measure(ground: Ground, report: Report) -> None:
    """Ratios of durable steps to the library's round trip, and of the states' sizes."""
    report.title(f"The product's diagrams: {PROCESS}, waiting for the seller")
    starting, deciding, size = _durable(ground.database())
    round_trip, raw_size = _raw()
    raw = "raw JSON round trip of the waiting instance; the aim is less than 1"
    report.add("durable step that starts the case", f"{starting / round_trip:.2f} x", raw)
    report.add("durable step in which the seller agrees", f"{deciding / round_trip:.2f} x", raw)
    report.add("state", f"{size / raw_size:.1%}", f"of the raw JSON's {raw_size:,} bytes")
