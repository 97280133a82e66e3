"""Timer events that read the engine's clock, and compute their instants from where they began.

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

from engine.calendars import Calendar, CalendarInvalid, count_working_days, working_days
from engine.spiff.instants import Cycle, TimerInvalid, add_duration, parse_cycle, parse_instant
from engine.spiff.task import EngineTask


class TimerInstant:
    """What timers of every kind share: an instant in ``internal_data['due']``.

    Attributes:
        index: Which of a multiple event's definitions it is, so that each keeps its own instant.
    """

    expression: str
    index: int | None = None

    def first_due(self, value: Any, my_task: EngineTask) -> tuple[dt.datetime, dict[str, Any]]:
        """Compute the first instant, and what else has to be remembered."""
        raise TypeError("each kind of timer computes its own instant")

    def key(self, name: str) -> str:
        """Where something about this timer is remembered."""
        return name if self.index is None else f"{name}{self.index}"

    def arm(self, my_task: EngineTask) -> dt.datetime:
        """Return the instant at which the event fires, computing it on the first call."""
        kept = my_task.internal_data.get(self.key("due"))
        if kept is not None:
            return dt.datetime.fromisoformat(kept)
        given: dt.datetime | None = my_task.workflow.top_workflow.given_instant(my_task)
        if given is None:
            value = my_task.workflow.script_engine.evaluate(my_task, self.expression)
            due, more = self.first_due(value, my_task)
        else:
            due, more = given, {}
        remembered = {self.key(name): item for name, item in more.items()}
        my_task.internal_data.update({self.key("due"): due.isoformat(), **remembered})
        return due

    def basis(self, my_task: EngineTask) -> dict[str, Any] | None:
        """How the instant came about, where a duration alone doesn't say it."""
        kept: dict[str, Any] | None = my_task.internal_data.get(self.key("basis"))
        return kept

    def has_come(self, my_task: EngineTask) -> bool:
        """Whether the instant has come; the step's own clock decides."""
        now: dt.datetime = my_task.workflow.top_workflow.now
        return self.arm(my_task) <= now

    def advance(self, my_task: EngineTask) -> bool:
        """Go on to the next instant, having fired; False if there is none."""
        return False


class EngineTimeDate(TimerInstant, TimeDateEventDefinition):
    """``timeDate``: an instant with a zone."""

    def first_due(self, value: Any, my_task: EngineTask) -> tuple[dt.datetime, dict[str, Any]]:
        """Read the instant."""
        return parse_instant(value), {}


class EngineDuration(TimerInstant, DurationTimerEventDefinition):
    """``timeDuration``: so long, or so many working days, after the event is reached."""

    def first_due(self, value: Any, my_task: EngineTask) -> tuple[dt.datetime, dict[str, Any]]:
        """Add the duration to the instant of the step."""
        top = my_task.workflow.top_workflow
        try:
            days = working_days(value)
            if days is None:
                return add_duration(top.now, value), {}
            calendar: Calendar = top.context.calendar(my_task.data)
            counted = count_working_days(top.now, days, calendar)
        except CalendarInvalid as error:
            raise TimerInvalid(str(error)) from error
        basis = {"after": value, "from": top.now.isoformat()} | counted.as_json(calendar)
        return counted.due, {"basis": basis}


class EngineCycle(TimerInstant, CycleTimerEventDefinition):
    """``timeCycle``: again and again, such as ``R3/PT1H``.

    Instants of its rhythm that pass while nothing runs, such as during an outage, fire once
    together; the next one is that of the rhythm.
    """

    def first_due(self, value: Any, my_task: EngineTask) -> tuple[dt.datetime, dict[str, Any]]:
        """The first instant of the rhythm that is still to come."""
        now: dt.datetime = my_task.workflow.top_workflow.now
        cycle = parse_cycle(value, now)
        number, due = cycle.after(now, 0)
        if due is None:
            raise TimerInvalid(f"{value!r} has no instant left")
        return due, {"cycle": cycle.plain(), "at": number}

    def advance(self, my_task: EngineTask) -> bool:
        """Go on to the first instant of the rhythm that is still to come, if there is one.

        An operator who gave an instant in place of the rhythm gave one alone.
        """
        remembered = my_task.internal_data
        if self.key("cycle") not in remembered:
            return False
        cycle = Cycle.of(remembered[self.key("cycle")])
        number, due = cycle.after(my_task.workflow.top_workflow.now, remembered[self.key("at")])
        if due is None:
            return False
        remembered.update({self.key("at"): number, self.key("due"): due.isoformat()})
        return True
