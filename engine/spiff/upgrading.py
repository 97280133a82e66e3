"""What an older state lacks, put in when it is loaded."""

from __future__ import annotations

from SpiffWorkflow.task import TaskState

from engine.spiff.joins import TokenJoin
from engine.spiff.merging import same
from engine.spiff.task import WAITING
from engine.spiff.workflow import EngineWorkflow
from engine.values import Variables

# Where the root of a (sub)process noted what its tokens had written, for events that looked at it.
_SHARED = "shared"


def upgrade(top: EngineWorkflow) -> None:
    """Let the tokens of a state of format 1 or 2 carry what they carry today.

    It isn't known when they wrote their variables: where they meet, the last that comes counts, but
    for variables whose latest value was noted for events that looked at them.
    """
    parts = [top, *(part for part in top.subprocesses.values() if not part.completed)]
    latest: Variables = {}
    for part in parts:
        latest |= part.task_tree.internal_data.pop(_SHARED, {})
    top.writes = 1
    for part in parts:
        for task in part.tasks.values():
            if isinstance(task.task_spec, TokenJoin) and task.state == WAITING and not task.data:
                task._inherit_data()
            if task.triggered and not task.has_state(TaskState.FINISHED_MASK):
                task.base = None
            task.note_written(
                (name for name, value in latest.items() if same(value, task.data.get(name))), top.writes
            )
