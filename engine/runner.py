"""A headless runner: a diagram runs without database, web or worker.

Same parser, elements and language as the product. The state is saved and loaded again after
each action, so that whatever runs here also survives a restart. It is the base of the process
tests, and of what analysts use to try a diagram out.
"""

from __future__ import annotations

import datetime as dt
import enum
import functools
from collections.abc import Callable, Collection, Mapping
from typing import Any

from engine.answering import Answer, AnsweringCaller, Call
from engine.calendars import Calendar, Weekdays
from engine.clock import FixedClock
from engine.failures import Stalled
from engine.lint import lint
from engine.lint.findings import Finding, Severity
from engine.operations import BpmnError, OperationRegistry
from engine.spiff.instance import Instance
from engine.spiff.instants import add_duration
from engine.spiff.language import evaluate
from engine.spiff.modifying import TokenChange
from engine.spiff.parser import Program, parse
from engine.spiff.skipping import Question, Spot, StandIn
from engine.spiff.starting import StartTrigger
from engine.spiff.throwing import ThrownMessage, ThrownSignal
from engine.spiff.tokens import Token
from engine.spiff.tracing import TraceEntry
from engine.spiff.waits import Waits
from engine.values import JSON, Variables


class Outcome(enum.Enum):
    """How a run stands."""

    WAITING = "waiting"
    COMPLETED = "completed"
    FAILED = "failed"
    REFUSED = "refused"


class NotWaiting(LookupError):
    """Nothing of that name waits now."""


class Runner:
    """One instance of one process.

    Args:
        files: The bundle: file names to text.
        answers: By operation name: the result, a :class:`BpmnError`, or a function of the arguments.
        registry: Real operations, for those without an answer.
        start: The instant at which the run begins; UTC now if left out.
        check: Whether the linter looks at the bundle first, as at a deployment: what it refuses
            doesn't run, and ``findings`` says why.
        calendar: Counts working days; Monday to Friday in UTC if left out.
        stores: The values of data stores; what the instance writes goes into it.

    Attributes:
        sent: The messages that the instance has sent so far; those with its own business key reach
            it, too, as soon as it waits for them.
        signals: The signals that it has broadcast so far.
    """

    def __init__(
        self,
        files: Mapping[str, str] | Program,
        *,
        answers: Mapping[str, Answer] | None = None,
        registry: OperationRegistry | None = None,
        start: dt.datetime | None = None,
        check: bool = False,
        calendar: Calendar | None = None,
        stores: dict[str, JSON] | None = None,
    ) -> None:
        self.findings: tuple[Finding, ...] = ()
        if check and not isinstance(files, Program):
            self.findings = tuple(lint(files, registry or OperationRegistry()))
        refused = any(finding.severity is Severity.ERROR for finding in self.findings)
        if isinstance(files, Program):
            self.program = files
        else:
            self.program = Program({}, {}, {}) if refused else parse(files)
        self.clock = FixedClock(start or dt.datetime.now(dt.UTC))
        days = calendar or Weekdays()
        self.stores = {} if stores is None else stores
        self._caller = AnsweringCaller(
            dict(answers or {}), registry, self.clock, business_key="trial", days=days, stores=self.stores
        )
        self._process_id = ""
        self._state = b""
        self._kept: list[ThrownMessage] = []
        self.sent: list[ThrownMessage] = []
        self.signals: list[ThrownSignal] = []
        self.trace: list[TraceEntry] = []
        self.outcome = Outcome.REFUSED if refused else Outcome.WAITING
        self.error: BaseException | None = None
        self.failed_at: Spot | None = None
        self._again: Callable[[StandIn], Runner] | None = None
        self.variables: Variables = {}
        self.waits = Waits({}, {}, {}, {})

    @property
    def calls(self) -> list[Call]:
        """Every call of an operation so far, in order."""
        return self._caller.calls

    def start(self, process_id: str, variables: Variables | None = None) -> Runner:
        """Start the process and run it to its first wait state."""
        return self._begin(process_id, dict(variables or {}), None)

    def start_by(self, process_id: str, kind: str, name: str, payload: JSON = None) -> Runner:
        """Start the process by a message, a signal, a condition or the clock.

        Args:
            kind: ``message``, ``signal``, ``condition``, ``date``, ``cycle`` or ``duration``.
            name: Of the message or signal, the condition, or what the timer says.

        Raises:
            NotWaiting: If nothing of the process starts so, or the condition doesn't hold.
        """
        if self.outcome is Outcome.REFUSED:
            return self
        for trigger in self.program.triggers(process_id):
            if kind == "condition" and not evaluate(name, dict.fromkeys(self.program.stores) | self.stores):
                break
            if (trigger.kind, trigger.name) == (kind, name):
                return self._begin(process_id, {}, (trigger, payload or {}))
        raise NotWaiting(name)

    def _begin(
        self, process_id: str, variables: Variables, trigger: tuple[StartTrigger, JSON] | None
    ) -> Runner:
        if self.outcome is Outcome.REFUSED:
            return self
        if trigger is None and not self.program.starts_plainly(process_id):
            raise NotWaiting(process_id)
        self._process_id = process_id
        now = self.clock.now()
        return self._advance(
            lambda: Instance.create(self.program, process_id, variables, now, self._caller, trigger)
        )

    def waiting(self) -> list[str]:
        """Element ids of everything that waits: people, timers, messages, calls, events, choices."""
        kinds: tuple[Mapping[int, Any], ...] = (
            self.waits.user_tasks,
            self.waits.timers,
            self.waits.messages,
            self.waits.services,
            self.waits.choices,
            self.waits.events,
        )
        return [waiting.element_id for kind in kinds for waiting in kind.values()]

    def startable(self) -> list[tuple[str, str]]:
        """What somebody may start: the ad-hoc subprocess, and the activity."""
        return [
            (place.element_id, activity.element_id)
            for place in self.waits.choices.values()
            for activity in place.activities
        ]

    def complete(self, element_id: str, values: Variables | None = None) -> Runner:
        """Complete a user task."""
        key = _find(self.waits.user_tasks, element_id)
        return self._do(lambda instance: instance.complete_user_task(key, dict(values or {})))

    def send(self, message: str, payload: Variables | None = None) -> Runner:
        """Deliver a message to every event that waits for it.

        Raises:
            NotWaiting: None does.
        """
        keys = [k for k, m in self.waits.messages.items() if m.message == message]
        if not keys:
            raise NotWaiting(message)
        return self._do(lambda instance: [instance.deliver(key, message, payload or {}) for key in keys])

    def broadcast(self, signal: str, payload: JSON = None) -> Runner:
        """Broadcast a signal to every event that waits for it.

        Raises:
            NotWaiting: None does.
        """
        if not any(e.kind == "signal" and e.name == signal for e in self.waits.events.values()):
            raise NotWaiting(signal)
        return self._do(lambda instance: instance.signal(signal, payload or {}))

    def finish(self, element_id: str, result: Variables | BpmnError) -> Runner:
        """Give the result of an external operation, or its business error."""
        key = _find(self.waits.services, element_id)
        if isinstance(result, BpmnError):
            return self._do(lambda instance: instance.fail_service(key, result))
        return self._do(lambda instance: instance.finish_service(key, result))

    def start_activity(self, ad_hoc: str, activity: str) -> Runner:
        """Start an activity of an ad-hoc subprocess.

        Raises:
            NotWaiting: It is not offered.
        """
        key = _find(self.waits.choices, ad_hoc)
        if activity not in {found.element_id for found in self.waits.choices[key].activities}:
            raise NotWaiting(activity)
        return self._do(lambda instance: instance.start_activity(key, activity))

    def forward(self, duration: str) -> Runner:
        """Move the clock by an ISO 8601 duration, firing each timer at its own instant."""
        target = add_duration(self.clock.now(), duration)
        while self.outcome is Outcome.WAITING and self.waits.timers:
            key, timer = min(self.waits.timers.items(), key=lambda item: item[1].due_at)
            if timer.due_at > target:
                break
            if timer.due_at > self.clock.now():
                self.clock.advance(timer.due_at - self.clock.now())
            self._do(lambda instance, key=key: instance.fire_timer(key))  # type: ignore[misc]
        if target > self.clock.now():
            self.clock.advance(target - self.clock.now())
        return self

    def tokens(self) -> list[Token]:
        """The tokens that :meth:`change_tokens` can move or cancel."""
        return self._loaded().tokens()

    def change_tokens(self, *changes: TokenChange) -> Runner:
        """Move, add and cancel tokens, as an operator does."""
        return self._do(lambda instance: instance.change_tokens(changes))

    def seen_by(self, element_id: str) -> Variables:
        """The variables as a user task that waits sees them."""
        return self._loaded().task_variables(_find(self.waits.user_tasks, element_id))

    def edit_variables(self, token: int | None, values: Variables, removed: Collection[str] = ()) -> Runner:
        """Set and remove variables of one token, or of all."""
        return self._do(lambda instance: instance.edit_variables(token, values, removed))

    def asked(self) -> Question | str:
        """What :meth:`skip` takes in place of what has failed, or a code that says why it takes nothing."""
        return "nothing_failed" if self.failed_at is None else self.program.question_about(self.failed_at)

    def skip(self, given: JSON) -> Runner:
        """Do what failed again, with an answer in place of the element that did; as an operator does.

        Raises:
            NotWaiting: Nothing has failed.
        """
        if self.failed_at is None or self._again is None:
            raise NotWaiting("nothing has failed")
        return self._again(StandIn(self.failed_at, given))

    def completed(self) -> list[str]:
        """Ids of the elements that were completed, in order."""
        return [entry.element_id for entry in self.trace if entry.kind == "completed"]

    def _do(self, action: Callable[[Instance], Any]) -> Runner:
        return self._advance(self._loaded, action)

    def _loaded(self) -> Instance:
        return Instance.load(self.program, self._process_id, self._state, self.clock.now(), self._caller)

    def _advance(
        self,
        begin: Callable[[], Instance],
        action: Callable[[Instance], Any] | None = None,
        *answers: StandIn,
    ) -> Runner:
        instance = begin()
        instance.answer(answers)
        try:
            if action is not None:
                action(instance)
            instance.run()
            waits = instance.waits()
            if instance.is_stalled(waits):
                raise Stalled("nothing is left to wait for, and the end was not reached")
        except Exception as error:  # noqa: BLE001 - the outcome of a run, whatever it is
            self.outcome, self.error = Outcome.FAILED, error
            self.trace.extend(instance.trace)
            self.failed_at = instance.failed_at
            self._again = functools.partial(self._advance, begin, action, *instance.answered)
            return self
        self.trace.extend(instance.trace)
        self.stores.update({stored.store: stored.value for stored in instance.stored})
        self.waits, self.variables = waits, instance.variables()
        self._state = instance.dump()
        self.error = self.failed_at = None
        self.outcome = Outcome.COMPLETED if instance.completed else Outcome.WAITING
        self._hand_on(instance)
        return self

    def _hand_on(self, instance: Instance) -> None:
        """Note what was sent; a message for this instance is kept until it waits for it."""
        messages = [thrown for thrown in instance.thrown if isinstance(thrown, ThrownMessage)]
        self.signals += [thrown for thrown in instance.thrown if isinstance(thrown, ThrownSignal)]
        self.sent += messages
        self._kept += [m for m in messages if m.business_key in (None, self._caller.business_key)]
        for thrown in self._kept:
            if any(place.message == thrown.message for place in self.waits.messages.values()):
                self._kept.remove(thrown)
                self.send(thrown.message, thrown.payload)
                return


def _find(waiting: Mapping[int, Any], element_id: str) -> int:
    for key, value in waiting.items():
        if value.element_id == element_id:
            return key
    raise NotWaiting(element_id)
