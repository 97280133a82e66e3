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


@dataclass(frozen=True)
class StepCaller:
    """Runs the in-step operations of one step, and remembers them."""

    session: Session
    registry: OperationRegistry
    now: dt.datetime
    actor: Actor
    instance_id: uuid.UUID
    business_key: str
    definitions: Definitions
    made: list[MadeCall] = field(default_factory=list)

    def read_stores(self, reading: frozenset[str], writing: frozenset[str]) -> Mapping[str, JSON]:
        """Return the values of data stores; those that may be written are locked until the step ends."""
        return read_stores(self.session, reading, writing)

    def calendar(self, variables: Variables) -> Calendar:
        """Return the calendar by which working days are counted."""
        return self.registry.calendars(self.session, variables)

    def group(self, name: str, variables: Variables) -> str:
        """Return who is meant by a candidate group or a lane; empty if nobody is."""
        return self.registry.groups(self.session, name, self.business_key, variables) if name else ""

    def operation(self, name: str) -> Operation:
        """Return the operation of that name.

        Raises:
            OperationUnknown: There is none.
        """
        operation = self.registry.get(name)
        if operation is None:
            raise OperationUnknown(name)
        return operation

    def call(
        self, operation: Operation, element_id: str, element_instance: int, arguments: Variables
    ) -> Variables:
        """Call an operation with the step's own session."""
        self.made.append(MadeCall(element_id, operation.name))
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
        return operation(context, arguments)
