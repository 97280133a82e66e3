"""Operations: what service tasks in a diagram may call.

An operation runs in one of two ways. Inside the step: it may touch only the database,
through the step's own session, and commits or rolls back with it. External: a worker
calls it outside any step; it may talk to the world, must be idempotent by its key, and
the step that takes its result comes afterwards.
"""

from __future__ import annotations

import datetime as dt
import inspect
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass

from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.calendars import Calendar, Weekdays
from engine.values import JSON, Variables

Handler = Callable[..., Mapping[str, JSON]]


class BpmnError(Exception):
    """A business error that a diagram handles with an error boundary event.

    Args:
        code: Matched against the error code of the boundary event.
        message: For the history.
    """

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(message or code)
        self.code = code
        self.message = message


class Unrecoverable(Exception):
    """A failure that no repetition mends: it becomes an incident at once."""


@dataclass(frozen=True, kw_only=True)
class OperationContext:
    """What an operation knows of the step that called it.

    Attributes:
        now: The instant of the step, in UTC.
        actor: On whose behalf the step runs.
        instance_id: The process instance.
        business_key: The instance's business key, such as a case number.
        element_id: The service task in the diagram.
        idempotency_key: The same for each repetition of this call, and for no other.
        transaction: Opens a transaction of its own; for external operations only.
        decide: Asks the decision table that was deployed last; for operations inside a step only.
    """

    now: dt.datetime
    actor: Actor
    instance_id: uuid.UUID
    business_key: str
    element_id: str
    idempotency_key: str
    step_session: Session | None = None
    transaction: Callable[[], AbstractContextManager[Session]] | None = None
    decide: Callable[[str, Variables], Variables] | None = None

    @property
    def session(self) -> Session:
        """The step's session; an external operation has none."""
        if self.step_session is None:
            raise RuntimeError("an external operation opens transactions of its own")
        return self.step_session


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One registered operation."""

    name: str
    handler: Handler
    external: bool
    parameters: frozenset[str]
    required: frozenset[str]

    def __call__(self, context: OperationContext, arguments: Variables) -> Variables:
        """Call the handler with the arguments that the diagram computed."""
        return dict(self.handler(context, **arguments))


CalendarSource = Callable[[Session, Variables], Calendar]
"""Which calendar counts an instance's working days, by the variables that a timer sees."""


def weekdays(_session: Session, _variables: Variables) -> Calendar:
    """Monday to Friday, where the business gives no calendar of its own."""
    return Weekdays()


GroupSource = Callable[[Session, str, str, Variables], str]
"""Who is meant by a candidate group or a lane, by an instance's business key and the variables there.

It returns the group of people, empty if nobody can be found.
"""


def as_drawn(_session: Session, group: str, _business_key: str, _variables: Variables) -> str:
    """The group by the name that the diagram gives it, where the business knows no other names."""
    return group


class OperationRegistry:
    """What the business gives to diagrams: operations that they can name, its calendar and its people.

    Attributes:
        calendars: Counts the working days of timers.
        groups: Finds who is meant by a candidate group or a lane.
        people: Names of lanes that mean somebody, in lower case; empty if any name does.
    """

    def __init__(self) -> None:
        self.calendars: CalendarSource = weekdays
        self.groups: GroupSource = as_drawn
        self.people: frozenset[str] = frozenset()
        self._operations: dict[str, Operation] = {}

    def operation(self, name: str, *, external: bool = False) -> Callable[[Handler], Handler]:
        """Register a function ``(ctx, *, param…) -> mapping`` under a name such as ``case.close``.

        Raises:
            ValueError: The name is taken.
        """

        def register(handler: Handler) -> Handler:
            if name in self._operations:
                raise ValueError(f"operation {name} is registered twice")
            keywords = list(inspect.signature(handler).parameters.values())[1:]
            self._operations[name] = Operation(
                name=name,
                handler=handler,
                external=external,
                parameters=frozenset(p.name for p in keywords),
                required=frozenset(p.name for p in keywords if p.default is inspect.Parameter.empty),
            )
            return handler

        return register

    def get(self, name: str) -> Operation | None:
        """Return an operation, or None if there is none of that name."""
        return self._operations.get(name)

    def __iter__(self) -> Iterator[Operation]:
        return iter(self._operations.values())
