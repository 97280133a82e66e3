"""Timer events that read the engine's clock, and compute their instant once.

The library reads the machine's clock whenever a timer is looked at, takes a datetime
without a zone to be local, and loses months' ends. Here the instant is computed when the
event is reached, kept in the state in UTC, and compared with the instant of the step.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.timer import (
    CycleTimerEventDefinition,
    DurationTimerEventDefinition,
    TimeDateEventDefinition,
)

from engine.spiff.instants import add_duration, parse_instant
from engine.spiff.task import EngineTask


class TimerInstant:
    """What timers of every kind share: an instant in ``internal_data['due']``."""

    expression: str

    def first_due(self, value: Any, now: dt.datetime) -> tuple[dt.datetime, dict[str, Any]]:
        """Compute the first instant, and what else has to be remembered."""
        raise TypeError("each kind of timer computes its own instant")

    def arm(self, my_task: EngineTask) -> dt.datetime:
        """Return the instant at which the event fires, computing it on the first call."""
        kept = my_task.internal_data.get("due")
        if kept is not None:
            return dt.datetime.fromisoformat(kept)
        workflow = my_task.workflow
        value = workflow.script_engine.evaluate(my_task, self.expression)
        due, more = self.first_due(value, workflow.top_workflow.now)
        my_task.internal_data.update(due=due.isoformat(), **more)
        return due

    def has_fired(self, my_task: EngineTask) -> bool:
        """Whether the instant has come; the step's own clock decides."""
        if (
            not my_task.internal_data.get("event_fired")
            and self.arm(my_task) <= my_task.workflow.top_workflow.now
        ):
            my_task.internal_data["event_fired"] = True
        return bool(my_task.internal_data.get("event_fired"))

    def reset(self, my_task: EngineTask) -> None:
        """Forget the firing, so that a loop that comes back arms the timer anew."""
        my_task.internal_data.pop("due", None)
        my_task.internal_data["event_fired"] = False


class EngineTimeDate(TimerInstant, TimeDateEventDefinition):
    """``timeDate``: an instant with a zone."""

    def first_due(self, value: Any, now: dt.datetime) -> tuple[dt.datetime, dict[str, Any]]:
        """Read the instant."""
        return parse_instant(value), {}


class EngineDuration(TimerInstant, DurationTimerEventDefinition):
    """``timeDuration``: so long after the event is reached."""

    def first_due(self, value: Any, now: dt.datetime) -> tuple[dt.datetime, dict[str, Any]]:
        """Add the duration to the instant of the step."""
        return add_duration(now, value), {}


TIMER_CLASSES = {
    TimeDateEventDefinition: EngineTimeDate,
    DurationTimerEventDefinition: EngineDuration,
}
UNSUPPORTED_TIMERS = (CycleTimerEventDefinition,)
