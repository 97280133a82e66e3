"""An operator's answer in place of what failed: which run of which element it is for, and what it does.

A step that failed has changed nothing, so its command can be done again. What failed is named by its
spec and by how many of that spec the step had come to before; when the step comes there again, the answer
is taken and the element's own behaviour is left out.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.bpmn.specs.mixins.events.start_event import StartEvent
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.specs.ExclusiveChoice import ExclusiveChoice
from SpiffWorkflow.specs.MultiChoice import MultiChoice
from SpiffWorkflow.task import TaskState

from engine.spiff.catching import end_rivals
from engine.spiff.flows import FlowChoice
from engine.spiff.merging import copy_json
from engine.spiff.services import EngineServiceTask
from engine.spiff.task import AGAIN, ARM, ENOUGH, ENTER, FIRE, LOOK, RUN, THROW, EngineTask
from engine.values import JSON, Variables


@dataclass(frozen=True, slots=True)
class Spot:
    """What a step came to.

    Attributes:
        scope: The process or subprocess whose spec it is; empty in incidents of older releases.
        spec: The spec's name.
        phase: What it was doing: ``enter``, ``run``, ``arm`` (a timer), ``look`` (at what an event waits
            for), or what it was deciding by a condition: ``fire``, ``again``, ``enough`` or ``throw``.
        number: How often the step had come to that before.
        key: Which instance of a repeated activity it is.
    """

    scope: str
    spec: str
    phase: str
    number: int
    key: JSON = None

    def plain(self) -> Variables:
        """As an incident keeps it."""
        return asdict(self)

    @classmethod
    def of(cls, plain: Variables) -> Spot:
        """What :meth:`plain` has written down."""
        return cls(plain["scope"], plain["spec"], plain["phase"], plain["number"], plain["key"])


@dataclass(frozen=True, slots=True)
class StandIn:
    """What an operator gives in place of what failed.

    Attributes:
        value: A result, variables, the flows to take (older releases: the elements that they lead to), an
            instant, or whether a condition holds, as :class:`Question` asks for.
    """

    spot: Spot
    value: Any

    def plain(self) -> Variables:
        """As an incident keeps it, if the step fails at something else."""
        return {"spot": self.spot.plain(), "value": self.value}

    @classmethod
    def of(cls, plain: Variables) -> StandIn:
        """What :meth:`plain` has written down."""
        return cls(Spot.of(plain["spot"]), plain["value"])

    def is_for(self, spot: Spot) -> bool:
        """Whether it is this that it stands for."""
        mine = self.spot
        known = (spot.scope, spot.key) if mine.scope else ("", mine.key)
        return (mine.scope, mine.key) == known and (mine.spec, mine.phase, mine.number) == (
            spot.spec,
            spot.phase,
            spot.number,
        )


@dataclass(frozen=True, slots=True)
class Way:
    """A flow that an element can leave by, and the element to which it leads."""

    flow_id: str
    flow_name: str
    element_id: str
    element_name: str


@dataclass(frozen=True, slots=True)
class Question:
    """What can be answered in place of something that failed.

    Attributes:
        kind: ``result`` (of an operation), ``variables`` (that it writes), ``ways`` (where it goes on),
            ``instant`` (when a timer fires) or ``condition`` (whether it holds).
        variable: Where a result lands.
        decides: What a condition decides: ``fire``, ``again``, ``enough`` or ``throw``.
        conditions: The condition as it is drawn; several if it can be any of them.
        ways: The flows that it can leave by.
        several: Whether it can go on to more than one of them.
        none: Whether it can go on to none of them, as a complex gateway at its reset.
        unawaited: Whether it would have waited for something that then isn't waited for.
    """

    kind: str
    variable: str = ""
    decides: str = ""
    conditions: tuple[str, ...] = ()
    ways: tuple[Way, ...] = ()
    several: bool = False
    none: bool = False
    unawaited: bool = False


@dataclass
class Progress:
    """What a step has come to so far, and the answers that stand for some of it.

    Attributes:
        answers: Those that haven't been taken.
        at: What it came to last: where a failure belongs.
        taken: The answers that have been taken.
    """

    answers: list[StandIn] = field(default_factory=list)
    at: Spot | None = None
    task: EngineTask | None = None
    taken: list[StandIn] = field(default_factory=list)
    _seen: Counter[tuple[str, str]] = field(default_factory=Counter)

    def reach(self, task: EngineTask, phase: str) -> StandIn | None:
        """Note that a task is come to; returns the answer, if one is for this."""
        what = (task.task_spec.name, phase)
        self.note(task, phase)
        self._seen[what] += 1
        for answer in self.answers:
            if self.at is not None and answer.is_for(self.at):
                self.answers.remove(answer)
                self.taken.append(answer)
                return answer
        return None

    def note(self, task: EngineTask, phase: str) -> None:
        """Note where a failure belongs from now on, though it doesn't count."""
        name = task.task_spec.name
        key = task.internal_data.get("key_or_index")
        self.task = task
        self.at = Spot(task.workflow.spec.name, name, phase, self._seen[name, phase], key)

    def decide(self, task: EngineTask, decides: str, condition: Callable[[], Any]) -> bool:
        """Whether a condition holds: as an answer says if one is for it, and otherwise as it is computed.

        Args:
            task: Whose condition it is; it may be looked at while another task is what the step has come to.
        """
        come_to = self.at, self.task
        answer = self.reach(task, decides)
        holds = bool(condition() if answer is None else answer.value)
        self.at, self.task = come_to
        return holds

    def waits_for(self, task: EngineTask) -> bool:
        """Whether an answer is for a person's task that has just been reached."""
        name = task.task_spec.name
        key = task.internal_data.get("key_or_index")
        spot = Spot(task.workflow.spec.name, name, RUN, self._seen[name, RUN], key)
        return any(answer.is_for(spot) for answer in self.answers)


def question_about(spec: Any, phase: str) -> Question | str:
    """What can be answered in place of a spec's behaviour, or a code that says why nothing can."""
    if phase == ARM:
        return Question("instant")
    if phase == LOOK:
        return "looked_at_again"
    if phase in (FIRE, AGAIN, ENOUGH, THROW):
        return Question("condition", decides=phase, conditions=tuple(_conditions(spec, phase)))
    if isinstance(spec, MultiChoice | FlowChoice):
        return Question(
            "ways",
            ways=tuple(way for way, _ in _ways(spec)),
            several=not isinstance(spec, ExclusiveChoice),
            none=hasattr(spec, "reset"),
        )
    catches = isinstance(spec, CatchingEvent)
    if phase == ENTER and catches and isinstance(spec, BoundaryEvent | StartEvent):
        return "event_not_armed"
    if getattr(spec, "bpmn_id", None) is None:
        return "not_an_element"
    if isinstance(spec, EngineServiceTask):
        return Question("result", variable=spec.result_variable)
    return Question("variables", unawaited=phase == ENTER and catches)


def _conditions(spec: Any, decides: str) -> Iterator[str]:
    """The conditions by which a spec decides something."""
    if decides == THROW:
        yield from (throw.condition for throw in getattr(spec, "throws", ()) if throw.condition)
        return
    condition = getattr(spec, "activation" if decides == FIRE else "condition", None)
    if condition:
        yield condition


def take_answer(task: EngineTask, phase: str, value: Any) -> None:
    """Complete a task by an answer, without its own behaviour."""
    spec = task.task_spec
    if phase == ENTER:
        task._inherit_data()
    following = list(getattr(spec, "following", spec.outputs))
    if isinstance(spec, MultiChoice | FlowChoice):
        following = _chosen(task, value)
    else:
        values = {spec.result_variable: value} if isinstance(spec, EngineServiceTask) else value
        if spec.data_input_associations:  # what it has is its own; the answer is what comes out of it
            outer = task.internal_data.pop("outer", None)
            task.data = copy_json(task.parent.data) if outer is None else outer
        task.put(copy_json(values))
    if phase == ENTER and isinstance(spec, CatchingEvent):
        end_rivals(task)
    for child in list(task.children):
        if child.has_state(TaskState.FUTURE):
            task.workflow._remove_task(child.id)
    task._sync_children(following, TaskState.FUTURE)
    task._set_state(TaskState.COMPLETED)
    TaskSpec._on_complete_hook(spec, task)
    task.go_on()


def given_instant(value: str) -> dt.datetime:
    """The instant of an answer, in UTC.

    Raises:
        ValueError: If it is none, or has no zone.
    """
    instant = dt.datetime.fromisoformat(value)
    if instant.tzinfo is None:
        raise ValueError("an instant needs a zone")
    return instant.astimezone(dt.UTC)


def _chosen(task: EngineTask, wanted: Any) -> list[Any]:
    spec = task.task_spec
    chosen = [out for way, out in _ways(spec) if way.flow_id in wanted or way.element_id in wanted]
    if task.internal_data.pop("counts", None) is not None:  # of a complex gateway
        if task.internal_data.get("resets"):
            spec.leave_over(task.workflow)
        else:
            chosen.append(spec.reset)
    return chosen or [spec._wf_spec.end]  # of a complex gateway at its reset; its variables come to the end


def _ways(spec: Any) -> list[tuple[Way, Any]]:
    """The flows that leave a spec, each with the spec to which it leads."""
    targets = [out for out in spec.outputs if out is not getattr(spec, "reset", None)]
    return [
        (Way(flow_id, flow_name, *_element(target)), target)
        for (flow_id, flow_name), target in zip(spec.flows, targets, strict=True)
    ]


def _element(spec: Any) -> tuple[str, str]:
    """Id and name of the element that a spec belongs to."""
    name = getattr(spec, "collects_for", None) or str(spec.name).removesuffix(".BoundaryEventSplit")
    drawn = spec._wf_spec.task_specs.get(name, spec)
    return name, getattr(drawn, "bpmn_name", None) or name


__all__ = ["Progress", "Question", "Spot", "StandIn", "Way", "given_instant", "question_about", "take_answer"]
