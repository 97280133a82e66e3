"""The library as it comes: its own parser, workflow, script engine and JSON serializer."""

from __future__ import annotations

import io
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.serializer.workflow import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.spiff.parser.process import SpiffBpmnParser
from SpiffWorkflow.spiff.serializer.config import SPIFF_CONFIG
from SpiffWorkflow.task import TaskState


@dataclass(frozen=True)
class RawCost:
    """Seconds for one step, and bytes.

    Attributes:
        in_memory: Running only; the workflow stays in memory.
        round_trip: Writing the waiting instance as JSON and reading it again, without running.
    """

    in_memory: float
    round_trip: float
    size: int


def raw_cost(text: str, process_id: str, variables: Mapping[str, Any], answer: Mapping[str, Any]) -> RawCost:
    """Measure a process of two steps: to its user task, and from there to its end."""
    parser = SpiffBpmnParser()
    parser.add_bpmn_xml(etree.parse(io.BytesIO(text.encode())).getroot())
    spec = parser.get_spec(process_id)
    serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(SPIFF_CONFIG))
    in_memory, round_trips, size = [], [], 0
    for _ in range(150):
        began = time.perf_counter()
        workflow = BpmnWorkflow(spec)
        workflow.task_tree.data = dict(variables)
        workflow.do_engine_steps()
        running = time.perf_counter() - began
        began = time.perf_counter()
        state = serializer.serialize_json(workflow)
        workflow = serializer.deserialize_json(state)
        round_trips.append(time.perf_counter() - began)
        began = time.perf_counter()
        task = next(t for t in workflow.get_tasks(state=TaskState.READY) if t.task_spec.manual)
        task.data.update(answer)
        task.run()
        workflow.do_engine_steps()
        in_memory.append((running + time.perf_counter() - began) / 2)
        size = len(state)
        if not workflow.is_completed():
            raise RuntimeError("the library didn't come to the end")
    return RawCost(sorted(in_memory)[75], sorted(round_trips)[75], size)
