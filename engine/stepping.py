"""The step: lock, load, run, save, in one transaction from wait state to wait state.

Whatever advances an instance goes through here, so that the fence, the history, the rows of
what waits and the rule that nothing stalls silently are kept in one place.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import sql
from engine.actors import Actor
from engine.calling import GivenResult, StepCaller
from engine.changes import changed_rows
from engine.definitions import Definition, Definitions
from engine.failures import (
    InstanceEnded,
    InstanceNotFound,
    InstanceSuspended,
    LostRace,
    NoPlainStart,
    Stalled,
    VersionSuspended,
)
from engine.ids import new_id, user_task_id
from engine.operations import OperationRegistry
from engine.sending import meet_senders, save_sent
from engine.spiff.instance import Instance
from engine.spiff.starting import StartTrigger
from engine.spiff.throwing import ThrownMessage, ThrownSignal
from engine.spiff.waits import Waits
from engine.values import JSON, Variables

Transaction = Callable[[], AbstractContextManager[Session]]

_LOCK = sa.text("""
    SELECT e.version, e.state, e.suspended OR e.version_suspended AS suspended,
        p.process_id, p.definition_id, p.business_key
    FROM execution e JOIN process_instance p ON p.id = e.instance_id
    WHERE e.instance_id = :instance_id FOR UPDATE OF e
""")
# The share lock makes a suspension of the version wait for starts that are under way, so that it sees them.
_RELEASED = sa.text("SELECT version, suspended FROM process_definition WHERE id = :definition_id FOR SHARE")
_EXISTS = sa.text("SELECT 1 FROM process_instance WHERE id = :instance_id")
_SAVE = sa.text(sql.SAVE_STEP)


class Step:
    """One instance, locked and loaded; ``finish`` runs and saves it."""

    def __init__(
        self,
        session: Session,
        *,
        instance_id: uuid.UUID,
        business_key: str,
        definition: Definition,
        version: int,
        instance: Instance,
        caller: StepCaller,
        before: Waits,
        actor: Actor,
        now: dt.datetime,
        suspended: bool = False,
    ) -> None:
        self.session = session
        self.suspended = suspended
        self.instance_id = instance_id
        self.business_key = business_key
        self.definition = definition
        self.version = version
        self.instance = instance
        self.caller = caller
        self.before = before
        self.actor = actor
        self.now = now
        self.history: list[dict[str, Any]] = []

    def note(
        self,
        kind: str,
        *,
        process_id: str | None = None,
        element_id: str | None = None,
        element_name: str | None = None,
        element_instance: int | None = None,
        task_id: uuid.UUID | None = None,
        data: Variables | None = None,
    ) -> None:
        """Add a line to the history of this step."""
        self.history.append(
            {
                "kind": kind,
                "process_id": process_id,
                "element_id": element_id,
                "element_name": element_name,
                "element_instance": element_instance,
                "task_id": task_id,
                "data": data,
            }
        )

    def finish(self) -> None:
        """Run to the next wait state and save everything that changed.

        Raises:
            Stalled: If the instance hasn't ended and waits for nothing.
            LostRace: If another step has saved first.
        """
        self.instance.run()
        after = self.instance.waits()
        status = "completed" if self.instance.completed else "running"
        if self.instance.is_stalled(after):
            raise Stalled("no user task, timer, message or job is left, and the end was not reached")
        self.save(status, after)

    def save(self, status: str, after: Waits) -> None:
        """Write the step down, in one statement, and one more if it deals with events."""
        for entry in self.instance.trace:
            data = {"from": entry.source} if entry.source else None
            self.note(
                entry.kind,
                process_id=entry.process_id,
                element_id=entry.element_id,
                element_name=entry.element_name,
                element_instance=entry.element_instance,
                task_id=(
                    user_task_id(self.instance_id, entry.element_instance)
                    if entry.kind != "entered" and entry.element_instance in self.before.user_tasks
                    else None
                ),
                data=data,
            )
        for thrown in self.instance.thrown:
            self._note_thrown(thrown)
        variables = self.instance.variables() if status != "running" else None
        if status != "running":
            self.note(status)
        content = changed_rows(self.instance_id, self.before, after) | {
            "started": (
                [{"process_id": self.definition.process_id, "definition_id": str(self.definition.id)}]
                if self.version == 0
                else []
            ),
            "history": self.history,
            "asked": [asdict(asked) for asked in self.instance.asked],
            "variables": variables,
        }
        self.session.flush()
        awaited = [message["message"] for message in content["awaited_messages"]]
        meet_senders(self.session, awaited, self.business_key)
        row = self.session.execute(
            _SAVE,
            {
                "step": json.dumps(content, ensure_ascii=False, default=_plain),
                "instance_id": self.instance_id,
                "business_key": self.business_key,
                "definition_id": self.definition.id,
                "version": self.version,
                "status": status,
                "state": self.instance.dump() if status == "running" else b"",
                "now": self.now,
                "actor_id": self.actor.id,
                "actor_name": self.actor.name,
            },
        ).one()
        if row.fenced == 0:
            raise LostRace
        save_sent(
            self.session,
            self.instance_id,
            self.business_key,
            self.before,
            after,
            self.instance.thrown,
            self.now,
        )

    def _note_thrown(self, thrown: ThrownMessage | ThrownSignal) -> None:
        if isinstance(thrown, ThrownSignal):
            self.note("broadcast", element_id=thrown.element_id, data={"signal": thrown.signal})
            return
        key = self.business_key if thrown.business_key is None else thrown.business_key
        data = {"message": thrown.message, "business_key": key}
        self.note("sent", element_id=thrown.element_id, data=data)


class Stepper:
    """Opens steps on new and on running instances."""

    def __init__(
        self, definitions: Definitions, registry: OperationRegistry, given: GivenResult | None = None
    ) -> None:
        self._definitions = definitions
        self._registry = registry
        self._given = given

    def giving(self, given: GivenResult) -> Stepper:
        """A stepper like this one in whose steps an operator's result stands for one call."""
        return Stepper(self._definitions, self._registry, given)

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
        definition = self._definitions.released(session, process_id)
        if trigger is None and not definition.program.starts_plainly(process_id):
            raise NoPlainStart(process_id=process_id)
        step = self.create_empty(session, definition, business_key, actor, now, instance_id)
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
            VersionSuspended: If the version is suspended.
        """
        row = session.execute(_RELEASED, {"definition_id": definition.id}).one()
        if row.suspended:
            raise VersionSuspended(process_id=definition.process_id, version=row.version)
        instance_id = new_id() if instance_id is None else instance_id
        caller = StepCaller(
            session, self._registry, now, actor, instance_id, business_key, self._definitions, self._given
        )
        return Step(
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
            session, self._registry, now, actor, instance_id, row.business_key, self._definitions, self._given
        )
        instance = Instance.load(definition.program, row.process_id, bytes(row.state), now, caller)
        return Step(
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


def _plain(value: Any) -> str:
    if isinstance(value, dt.datetime):
        return value.isoformat()
    if isinstance(value, uuid.UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} is not JSON")
