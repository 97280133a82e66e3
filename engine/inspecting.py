"""Looking into a running instance without changing it: where its tokens are, and its data."""

from __future__ import annotations

import contextlib
import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import tables
from engine.actors import SYSTEM
from engine.calling import StepCaller
from engine.errors import NotFound
from engine.failures import InstanceEnded, InstanceNotFound, InstanceUnreadable
from engine.runtime import Engine
from engine.spiff.choices import WaitingAdHoc
from engine.spiff.codec import StateUnreadable
from engine.spiff.entering import Place
from engine.spiff.instance import Instance
from engine.spiff.refusals import TokenGone
from engine.spiff.tokens import Token
from engine.values import Variables


class StateNotStored(NotFound):
    """No state is stored of this instance: it has ended, and its final variables are on its page."""

    code = "instance.state_not_stored"


@dataclass(frozen=True, kw_only=True)
class ElementState:
    """An element of a diagram that the instance has been at.

    Attributes:
        active: How many tokens wait there now.
        completed: How often it was completed.
        incidents: How many open incidents it has.
    """

    process_id: str
    element_id: str
    active: int
    completed: int
    incidents: int


@dataclass(frozen=True, kw_only=True)
class InstanceState:
    """Where an instance stands.

    Attributes:
        elements: Of the process and of those that it has called.
        flows: The steps taken from element to element, as ``(process_id, source, target)``.
        variables: Now, or at its end.
        readable: Whether the state can be read, or could at the end; if not, variables are missing.
    """

    elements: tuple[ElementState, ...]
    flows: frozenset[tuple[str, str, str]]
    variables: Variables
    readable: bool = True


def inspect_state(engine: Engine, session: Session, instance_id: uuid.UUID) -> InstanceState:
    """Read an instance's state; it isn't locked, so a running step may be just ahead.

    Raises:
        InstanceNotFound: If there is no such instance.
    """
    record = session.get(tables.ProcessInstance, instance_id)
    if record is None:
        raise InstanceNotFound
    history = tables.HistoryEvent
    rows = session.execute(
        sa.select(history.process_id, history.element_id, history.kind, history.data)
        .where(history.instance_id == instance_id, history.kind.in_(["completed", "entered"]))
        .where(history.element_id.is_not(None))
    ).all()
    active: dict[tuple[str, str], int] = {}
    variables = record.variables or {}
    execution = session.get(tables.Execution, instance_id, populate_existing=True)
    instance = None
    if execution is not None:
        with contextlib.suppress(StateUnreadable):
            instance = _loaded(engine, session, record, execution.state)
    if instance is not None:
        variables = instance.variables()
        for place in instance.active_elements():
            active[place] = active.get(place, 0) + 1
    completed: dict[tuple[str, str], int] = {}
    flows = set()
    for process_id, element_id, kind, data in rows:
        if kind == "completed":
            completed[process_id, element_id] = completed.get((process_id, element_id), 0) + 1
        if data and "from" in data:
            flows.add((process_id, data["from"], element_id))
    incident = tables.Incident
    counts = session.execute(
        sa.select(incident.element_id, sa.func.count())
        .where(incident.instance_id == instance_id, incident.resolved_at.is_(None))
        .group_by(incident.element_id)
    )
    failed = {element_id: number for element_id, number in counts}  # noqa: C416 - typed rows
    elements = tuple(
        ElementState(
            process_id=process_id,
            element_id=element_id,
            active=active.get((process_id, element_id), 0),
            completed=completed.get((process_id, element_id), 0),
            incidents=failed.get(element_id, 0),
        )
        for process_id, element_id in sorted(active.keys() | completed.keys())
    )
    return InstanceState(
        elements=elements,
        flows=frozenset(flows),
        variables=variables,
        readable=(
            session.get(tables.UnreadState, instance_id) is None
            if execution is None
            else instance is not None
        ),
    )


def stored_state(session: Session, instance_id: uuid.UUID) -> bytes:
    """Return a state as it is stored, for an engineer to look into.

    There is one of a running instance, and of one that was cancelled though it couldn't be read.

    Raises:
        StateNotStored: There is none.
    """
    for model in (tables.Execution, tables.UnreadState):
        found = session.scalar(sa.select(model.state).where(model.instance_id == instance_id))
        if found is not None:
            return found
    raise StateNotStored


def inspect_choices(engine: Engine, session: Session, instance_id: uuid.UUID) -> tuple[WaitingAdHoc, ...]:
    """The ad-hoc subprocesses in which something can be started now; none if it can't be read."""
    try:
        _, instance = loaded(engine, session, instance_id)
    except (InstanceEnded, InstanceUnreadable):
        return ()
    return tuple(instance.waits().choices.values())


@dataclass(frozen=True, kw_only=True)
class TokenMap:
    """Where the tokens of a running instance are, and where they could be put.

    Attributes:
        version: Of the execution; a command on what was seen is fenced by it.
    """

    version: int
    tokens: tuple[Token, ...]
    places: tuple[Place, ...]


def inspect_tokens(engine: Engine, session: Session, instance_id: uuid.UUID) -> TokenMap:
    """Read where a running instance's tokens are; it isn't locked.

    Raises:
        InstanceEnded: If it has ended.
        InstanceNotFound: If there is none of that id.
        InstanceUnreadable: If this release can't read its state.
    """
    execution, instance = loaded(engine, session, instance_id)
    return TokenMap(
        version=execution.version, tokens=tuple(instance.tokens()), places=tuple(instance.places())
    )


@dataclass(frozen=True, kw_only=True)
class VariablesSeen:
    """The variables of a running instance as an operator sees them before he changes some.

    Attributes:
        version: Of the execution; the change is fenced by it.
        tokens: Those whose variables can be looked at by themselves.
    """

    version: int
    variables: Variables
    tokens: tuple[Token, ...]


def inspect_variables(
    engine: Engine, session: Session, instance_id: uuid.UUID, element_instance: int | None = None
) -> VariablesSeen:
    """Read the variables of a running instance, or of one of its tokens; it isn't locked.

    Raises:
        InstanceEnded: If it has ended.
        InstanceNotFound: If there is none of that id.
        InstanceUnreadable: If this release can't read its state.
        TokenGone: If there is no such token.
    """
    execution, instance = loaded(engine, session, instance_id)
    tokens = tuple(instance.tokens())
    if element_instance is None:
        return VariablesSeen(version=execution.version, variables=instance.variables(), tokens=tokens)
    if element_instance not in {token.element_instance for token in tokens}:
        raise TokenGone(element_instance=element_instance)
    variables = instance.task_variables(element_instance)
    return VariablesSeen(version=execution.version, variables=variables, tokens=tokens)


def loaded(engine: Engine, session: Session, instance_id: uuid.UUID) -> tuple[tables.Execution, Instance]:
    """Read a running instance without locking it.

    Raises:
        InstanceEnded: If it has ended.
        InstanceNotFound: If there is none of that id.
        InstanceUnreadable: If this release can't read its state.
    """
    record = session.get(tables.ProcessInstance, instance_id)
    if record is None:
        raise InstanceNotFound
    execution = session.get(tables.Execution, instance_id, populate_existing=True)
    if execution is None:
        raise InstanceEnded
    try:
        return execution, _loaded(engine, session, record, execution.state)
    except StateUnreadable as error:
        raise InstanceUnreadable from error


def _loaded(engine: Engine, session: Session, record: tables.ProcessInstance, state: bytes) -> Instance:
    now = engine.clock.now()
    caller = StepCaller(
        session, engine.registry, now, SYSTEM, record.id, record.business_key, engine.definitions
    )
    definition = engine.definitions.get(session, record.definition_id)
    return Instance.load(definition.program, record.process_id, state, now, caller)
