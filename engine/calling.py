"""Calling operations inside a step, with the step's own session."""

from __future__ import annotations

import datetime as dt
import functools
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.calendars import Calendar
from engine.definitions import Definitions
from engine.operations import Operation, OperationContext, OperationRegistry
from engine.stores import read_stores
from engine.values import JSON, Variables


class OperationUnknown(LookupError):
    """A diagram names an operation that this release doesn't have."""


@dataclass(frozen=True, slots=True)
class MadeCall:
    """An operation that was called inside a step."""

    element_id: str
    operation: str


@dataclass(frozen=True, slots=True)
class FailedCall:
    """An operation that failed inside a step.

    Attributes:
        number: How many calls the step had made for the same element before.
    """

    element_id: str
    number: int
    error: Exception


@dataclass(frozen=True, slots=True)
class GivenResult:
    """The result that an operator gives for one call of a step, which then isn't made."""

    element_id: str
    number: int
    result: Variables


@dataclass(frozen=True)
class StepCaller:
    """Runs the in-step operations of one step, and remembers them.

    Attributes:
        given: In place of one of them, the result that an operator gave.
    """

    session: Session
    registry: OperationRegistry
    now: dt.datetime
    actor: Actor
    instance_id: uuid.UUID
    business_key: str
    definitions: Definitions
    given: GivenResult | None = None
    made: list[MadeCall] = field(default_factory=list)
    failed: list[FailedCall] = field(default_factory=list)

    def read_stores(self, reading: frozenset[str], writing: frozenset[str]) -> Mapping[str, JSON]:
        """Return the values of data stores; those that may be written are locked until the step ends."""
        return read_stores(self.session, reading, writing)

    def calendar(self, variables: Variables) -> Calendar:
        """Return the calendar by which working days are counted."""
        return self.registry.calendars(self.session, variables)

    def operation(self, name: str) -> Operation:
        """Return the operation of that name."""
        operation = self.registry.get(name)
        if operation is None:
            raise OperationUnknown(name)
        return operation

    def call(
        self, operation: Operation, element_id: str, element_instance: int, arguments: Variables
    ) -> Variables:
        """Call an operation with the step's own session."""
        number = sum(call.element_id == element_id for call in self.made)
        self.made.append(MadeCall(element_id, operation.name))
        given = self.given
        if given is not None and (given.element_id, given.number) == (element_id, number):
            return dict(given.result)
        context = OperationContext(
            now=self.now,
            actor=self.actor,
            instance_id=self.instance_id,
            business_key=self.business_key,
            element_id=element_id,
            idempotency_key=f"{self.instance_id}:{element_instance}",
            step_session=self.session,
            decide=functools.partial(self.definitions.decide, self.session),
        )
        try:
            return operation(context, arguments)
        except Exception as error:
            self.failed.append(FailedCall(element_id, number, error))
            raise

    def failure(self, error: BaseException) -> Variables | None:
        """Which call raised an error, as an incident keeps it; None if none did."""
        for call in self.failed:
            if call.error is error:
                return {"element_id": call.element_id, "number": call.number}
        return None
