"""Answers for the operations that a diagram calls when it runs without the product."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.actors import SYSTEM
from engine.calendars import Calendar, Weekdays
from engine.calling import OperationUnknown
from engine.clock import FixedClock
from engine.ids import new_id
from engine.operations import BpmnError, Operation, OperationContext, OperationRegistry
from engine.values import JSON, Variables

Answer = Variables | BpmnError | Callable[..., Any]


@dataclass
class Call:
    """One call of an operation, as the diagram made it."""

    operation: str
    arguments: Variables


@dataclass
class AnsweringCaller:
    """Answers service tasks from a table of answers, or from a real registry."""

    answers: Mapping[str, Answer]
    registry: OperationRegistry | None
    clock: FixedClock
    business_key: str
    days: Calendar = field(default_factory=Weekdays)
    calls: list[Call] = field(default_factory=list)
    stores: dict[str, JSON] = field(default_factory=dict)
    instance_id: uuid.UUID = field(default_factory=new_id)

    def operation(self, name: str) -> Operation:
        """The operation of that name, as a service task is to take it.

        Raises:
            OperationUnknown: Neither the table nor the registry has one.
        """
        known = self.registry.get(name) if self.registry else None
        if name not in self.answers and known is None:
            raise OperationUnknown(name)
        nothing: frozenset[str] = frozenset()
        if known is not None and name not in self.answers:
            return known
        # Keeps the kind of the real operation, so that the run takes the same steps.
        external = bool(known and known.external)
        return Operation(name=name, handler=_unused, external=external, parameters=nothing, required=nothing)

    def read_stores(self, reading: frozenset[str], writing: frozenset[str]) -> Mapping[str, JSON]:
        """The values of data stores, those that have one."""
        return {name: self.stores[name] for name in reading | writing if name in self.stores}

    def calendar(self, _variables: Variables) -> Calendar:
        """How working days are counted."""
        return self.days

    def group(self, name: str, _variables: Variables) -> str:
        """Who is meant by a candidate group or a lane: whom the diagram names."""
        return name

    def call(
        self, operation: Operation, element_id: str, element_instance: int, arguments: Variables
    ) -> Variables:
        """Note a call and answer it."""
        self.calls.append(Call(operation.name, arguments))
        if operation.name not in self.answers:
            return operation(self.context(element_id, element_instance), arguments)
        answer = self.answers[operation.name]
        if callable(answer):
            answer = answer(**arguments)
        if isinstance(answer, BpmnError):
            raise answer
        return dict(answer)

    def context(self, element_id: str, element_instance: int) -> OperationContext:
        """What a real operation is told of the call."""
        return OperationContext(
            now=self.clock.now(),
            actor=SYSTEM,
            instance_id=self.instance_id,
            business_key=self.business_key,
            element_id=element_id,
            idempotency_key=f"{self.instance_id}:{element_instance}",
        )


def _unused(_context: OperationContext) -> Variables:
    return {}
