"""How a (sub)process goes on after each of its tasks, and how it ends."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.specs.Join import Join

from engine.spiff.ad_hoc import desk_of
from engine.spiff.compensation import hand_on, remember
from engine.spiff.sharing import shared
from engine.spiff.task import FINISHED, WAITING, EngineTask


def cancel_unfinished(workflow: Any) -> None:
    """Cancel every unfinished task; those in subprocesses go with the task that owns them."""
    for task in list(workflow.unfinished.values()):
        if not task.has_state(FINISHED):
            task.cancel()


def end_at(workflow: Any, task: EngineTask) -> None:
    """End a (sub)process with a task's variables; whatever is unfinished in it is cancelled."""
    workflow.last_task = task
    cancel_unfinished(workflow)
    workflow.data.update(task.data)
    if workflow.parent_task_id is not None:
        owner = workflow.top_workflow.get_task_from_id(workflow.parent_task_id)
        reported = shared(owner, task.view())
        if reported is not None:
            owner.report(reported)
    workflow.completed = True
    workflow.completed_event(workflow)


def notify_completed(workflow: Any, task: EngineTask) -> None:
    """Go on after a task: the end of the (sub)process, or joins that may fire now."""
    workflow.last_task = task
    if task.task_spec.name == "End":
        end_at(workflow, task)
        return
    remember(task)
    hand_on(task)
    for waiting in [t for t in workflow.unfinished.values() if t.state == WAITING]:
        if isinstance(waiting.task_spec, Join) and waiting.state == WAITING:
            waiting.task_spec._update(waiting)
    desk = desk_of(workflow)
    if desk is not None:
        desk.task_spec.hear(desk, task)
