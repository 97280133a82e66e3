"""An instance as the rest of the engine sees it: what it waits for, and how it goes on.

Nothing outside this package knows a SpiffWorkflow type; elements are named by their id in
the diagram, and their instances by an integer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from engine.spiff import codec
from engine.spiff.decisions import AskedDecision
from engine.spiff.editing import Edited, edit_variables
from engine.spiff.entering import Place, begin_at, places_of
from engine.spiff.language import EngineScripts
from engine.spiff.modifying import TokenChange, change_tokens
from engine.spiff.parser import Program
from engine.spiff.receiving import Receiving
from engine.spiff.roles import place_of
from engine.spiff.services import OperationCaller
from engine.spiff.sharing import variables_of
from engine.spiff.skipping import Spot, StandIn
from engine.spiff.starting import StartTrigger
from engine.spiff.stores import StoredValue
from engine.spiff.task import READY, STARTED, WAITING
from engine.spiff.throwing import ThrownMessage, ThrownSignal
from engine.spiff.tokens import Token, refuse_starved_joins, settle, starved_joins, tokens_of
from engine.spiff.tracing import TraceEntry
from engine.spiff.waits import Waits, is_stalled
from engine.spiff.workflow import EngineWorkflow
from engine.values import JSON, Variables

SCRIPTS = EngineScripts()


class Instance(Receiving):
    """A process instance that is loaded into memory for one step."""

    def __init__(
        self, process_id: str, workflow: EngineWorkflow, now: dt.datetime, caller: OperationCaller
    ) -> None:
        super().__init__(workflow)
        self.process_id = process_id
        workflow.now = now
        workflow.context = caller

    @classmethod
    def create(
        cls,
        program: Program,
        process_id: str,
        variables: Variables,
        now: dt.datetime,
        caller: OperationCaller,
        trigger: tuple[StartTrigger, JSON] | None = None,
    ) -> Instance:
        """Make a new instance; nothing of it has run yet but what ``run`` will do.

        Args:
            trigger: What starts it, and with what payload; None for its plain start.
        """
        instance = cls.empty(program, process_id, now, caller)
        instance.begin(variables, trigger)
        return instance

    @classmethod
    def empty(cls, program: Program, process_id: str, now: dt.datetime, caller: OperationCaller) -> Instance:
        """Make a new instance that has yet to be told where it begins."""
        return cls(
            process_id, EngineWorkflow(program.specs[process_id], dict(program.specs), SCRIPTS), now, caller
        )

    def begin(self, variables: Variables, trigger: tuple[StartTrigger, JSON] | None = None) -> None:
        """Begin a new instance at its plain start, or at what starts it, with that payload."""
        self._workflow.begin(variables)
        if trigger is not None:
            start, payload = trigger
            self._workflow.task_tree.internal_data["start"] = [start.element_id, [[start.index, payload]]]

    def begin_at(self, target: tuple[str, str], variables: Variables) -> None:
        """Begin a new instance at an element in place of its start.

        Raises:
            TuidanError: One of :mod:`engine.spiff.refusals`.
        """
        begin_at(self._workflow, variables, *target)

    @classmethod
    def load(
        cls, program: Program, process_id: str, state: bytes, now: dt.datetime, caller: OperationCaller
    ) -> Instance:
        """Rebuild an instance from its state.

        Raises:
            StateUnreadable: If it is another release's, or damaged.
        """
        try:
            workflow = codec.load(program, state, SCRIPTS)
        except codec.StateUnreadable:
            raise
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise codec.StateUnreadable(f"{type(error).__name__}: {error}") from error
        return cls(process_id, workflow, now, caller)

    def dump(self) -> bytes:
        """The state, to be loaded again later."""
        return codec.dump(self._workflow, self.process_id)

    @property
    def workflow(self) -> EngineWorkflow:
        """The library's side of it, for this package alone."""
        return self._workflow

    @property
    def completed(self) -> bool:
        """Whether the process has come to its end."""
        return bool(self._workflow.completed)

    @property
    def trace(self) -> Sequence[TraceEntry]:
        """What has happened in this step so far."""
        return self._workflow.trace

    @property
    def asked(self) -> Sequence[AskedDecision]:
        """The decision tables that were asked in this step so far."""
        return self._workflow.asked

    @property
    def current_element(self) -> tuple[str, str] | None:
        """Id and name of the element that was reached last, to say where a step failed."""
        task = self._workflow.progress.task
        if task is None:
            return None
        place = place_of(task.task_spec)
        drawn = task.task_spec._wf_spec.task_specs.get(place.element_id)
        return None if drawn is None else (drawn.bpmn_id, drawn.bpmn_name or "")

    @property
    def failed_at(self) -> Spot | None:
        """What was come to last, to be answered in its place if it failed."""
        return self._workflow.progress.at

    def answer(self, answers: Sequence[StandIn]) -> None:
        """Let an operator's answers stand for what this step will come to."""
        self._workflow.progress.answers = list(answers)

    @property
    def answered(self) -> Sequence[StandIn]:
        """Those of them that the step has come to."""
        return self._workflow.progress.taken

    def run(self) -> None:
        """Go on to the next wait state."""
        self._workflow.run_to_wait()

    def wake(self) -> None:
        """Let the merges look anew, before it runs, that wait for what can still come."""
        settle(self._workflow)

    def variables(self) -> Variables:
        """The variables as they are now, or were at the end of an ended instance."""
        if self.completed:
            return {k: v for k, v in self._workflow.data.items() if k != "data_objects"}
        return variables_of(self._workflow)

    def active_elements(self) -> list[tuple[str, str]]:
        """Process and element id of every token, calls included; what is collected is at its activity."""
        return [
            (task.workflow.spec.name, element_id)
            for task in self._workflow.active_tasks()
            if task.state & (READY | WAITING | STARTED) and (element_id := _shown_at(task.task_spec))
        ]

    def task_variables(self, element_instance: int) -> Variables:
        """The variables as a waiting element sees them."""
        task = self._task(element_instance) or self._place(element_instance)[0]
        return {} if task is None else dict(task.data)

    def is_stalled(self, waits: Waits) -> bool:
        """Whether it hasn't ended and can't go on, given what it waits for now."""
        return not self.completed and is_stalled(self._workflow, waits)

    @property
    def stored(self) -> Sequence[StoredValue]:
        """What has been written to data stores in this step so far."""
        return list(self._workflow.stores.written.values())

    @property
    def thrown(self) -> Sequence[ThrownMessage | ThrownSignal]:
        """What has been sent to other instances in this step so far."""
        return self._workflow.thrown

    def tokens(self) -> list[Token]:
        """The tokens that can be moved or cancelled."""
        return tokens_of(self._workflow)

    def places(self) -> list[Place]:
        """Every element of the process and of those that it can call."""
        return places_of(self._workflow.subprocess_specs, self.process_id)

    def change_tokens(self, changes: Sequence[TokenChange]) -> None:
        """Move, add and cancel tokens as one, and go on to the next wait state.

        Raises:
            TuidanError: One of :mod:`engine.spiff.refusals`.
        """
        starved = starved_joins(self._workflow)
        change_tokens(self._workflow, changes)
        self.run()
        refuse_starved_joins(self._workflow, starved)

    def edit_variables(
        self, element_instance: int | None, values: Variables, removed: Collection[str]
    ) -> list[Edited]:
        """Set and remove variables of one token or of all; see :mod:`engine.spiff.editing`."""
        return edit_variables(self._workflow, element_instance, values, removed)

    def cancel(self) -> None:
        """End the instance where it stands; its final variables are those of now."""
        variables = self.variables()
        self._workflow.cancel()
        self._workflow.data.update(variables)


def _shown_at(task_spec: Any) -> str | None:
    """The element at which the diagram shows a token."""
    element_id: str | None = getattr(task_spec, "bpmn_id", None) or getattr(task_spec, "collects_for", None)
    return element_id
