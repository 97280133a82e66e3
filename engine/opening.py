"""Opening a step: locking and loading an instance, or beginning a new one."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.calling import StepCaller
from engine.definitions import Definition, Definitions
from engine.failures import (
    InstanceEnded,
    InstanceNotFound,
    InstanceSuspended,
    NoPlainStart,
    VersionRetired,
    VersionSuspended,
)
from engine.ids import new_id
from engine.operations import OperationRegistry
from engine.spiff.instance import Instance
from engine.spiff.skipping import StandIn
from engine.spiff.starting import StartTrigger
from engine.spiff.waits import Waits
from engine.stepping import Step
from engine.values import JSON, Variables

_LOCK = sa.text("""
    SELECT e.version, e.state, e.suspended OR e.version_suspended AS suspended,
        p.process_id, p.definition_id, p.business_key
    FROM execution e JOIN process_instance p ON p.id = e.instance_id
    WHERE e.instance_id = :instance_id FOR UPDATE OF e
""")
# The share lock makes a suspension of the version wait for starts that are under way, so that it sees them.
_RELEASED = sa.text("""
    SELECT version, suspended, retired_at IS NOT NULL AS retired
    FROM process_definition WHERE id = :definition_id FOR SHARE
""")
_EXISTS = sa.text("SELECT 1 FROM process_instance WHERE id = :instance_id")


class Stepper:
    """Opens steps on new and on running instances.

    Attributes:
        opened: The steps that were opened, if an operator's answers stand for something in them.
    """

    def __init__(
        self, definitions: Definitions, registry: OperationRegistry, answers: Sequence[StandIn] = ()
    ) -> None:
        self._definitions = definitions
        self._registry = registry
        self._answers = answers
        self.opened: list[Step] = []

    def answering(self, answers: Sequence[StandIn]) -> Stepper:
        """A stepper like this one in whose steps an operator's answers stand for what failed."""
        return _Answering(self._definitions, self._registry, answers)

    def note(self, step: Step) -> Step:
        """Nothing: steps aren't kept."""
        return step

    def create(
        self,
        session: Session,
        process_id: str,
        business_key: str,
        variables: Variables,
        actor: Actor,
        now: dt.datetime,
        *,
        trigger: tuple[StartTrigger, JSON] | None = None,
        instance_id: uuid.UUID | None = None,
    ) -> Step:
        """Open the first step of a new instance.

        Args:
            trigger: What starts it, and with what payload; None for its plain start.
            instance_id: Its id, if that is known before.

        Raises:
            NoPlainStart: If the process has none, and no trigger is given.
            VersionSuspended: If the released version is suspended.
        """
        step = None
        while step is None:
            definition = self._definitions.released(session, process_id)
            if trigger is None and not definition.program.starts_plainly(process_id):
                raise NoPlainStart(process_id=process_id)
            try:
                step = self.create_empty(session, definition, business_key, actor, now, instance_id)
            except VersionRetired:
                # Removed a moment ago; so another one had been released before that.
                if self._definitions.released(session, process_id).id == definition.id:
                    raise
        started: Variables = {"variables": variables}
        if trigger is not None:
            started |= {"by": {"kind": trigger[0].kind, "name": trigger[0].name}, "payload": trigger[1]}
        step.note("started", process_id=process_id, data=started)
        step.instance.begin(dict(variables), trigger)
        return step

    def create_empty(
        self,
        session: Session,
        definition: Definition,
        business_key: str,
        actor: Actor,
        now: dt.datetime,
        instance_id: uuid.UUID | None = None,
    ) -> Step:
        """Open the first step of a new instance that has yet to be told where it begins.

        Raises:
            VersionRetired: If the version was removed.
            VersionSuspended: If the version is suspended.
        """
        row = session.execute(_RELEASED, {"definition_id": definition.id}).one_or_none()
        if row is None or row.retired:
            raise VersionRetired(version=definition.version)
        if row.suspended:
            raise VersionSuspended(process_id=definition.process_id, version=row.version)
        instance_id = new_id() if instance_id is None else instance_id
        caller = StepCaller(session, self._registry, now, actor, instance_id, business_key, self._definitions)
        return self.note(
            Step(
                session,
                instance_id=instance_id,
                business_key=business_key,
                definition=definition,
                version=0,
                instance=Instance.empty(definition.program, definition.process_id, now, caller),
                caller=caller,
                before=Waits({}, {}, {}, {}),
                actor=actor,
                now=now,
            )
        )

    def load(
        self,
        session: Session,
        instance_id: uuid.UUID,
        actor: Actor,
        now: dt.datetime,
        *,
        even_suspended: bool = False,
    ) -> Step:
        """Lock a running instance and open its next step.

        Raises:
            InstanceEnded: If it has ended.
            InstanceNotFound: If there is none of that id.
            InstanceSuspended: If it is suspended, unless the caller can deal with that.
        """
        row = session.execute(_LOCK, {"instance_id": instance_id}).one_or_none()
        if row is None:
            if session.execute(_EXISTS, {"instance_id": instance_id}).one_or_none() is None:
                raise InstanceNotFound
            raise InstanceEnded
        if row.suspended and not even_suspended:
            raise InstanceSuspended
        definition = self._definitions.get(session, row.definition_id)
        caller = StepCaller(
            session, self._registry, now, actor, instance_id, row.business_key, self._definitions
        )
        instance = Instance.load(definition.program, row.process_id, bytes(row.state), now, caller)
        return self.note(
            Step(
                session,
                instance_id=instance_id,
                business_key=row.business_key,
                definition=definition,
                version=row.version,
                instance=instance,
                caller=caller,
                before=instance.waits(),
                actor=actor,
                now=now,
                suspended=row.suspended,
            )
        )


class _Answering(Stepper):
    """Gives each step the answers, and keeps it."""

    def note(self, step: Step) -> Step:
        step.instance.answer(self._answers)
        self.opened.append(step)
        return step
