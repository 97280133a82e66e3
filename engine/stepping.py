"""The step: lock, load, run, save, in one transaction from wait state to wait state.

Whatever advances an instance goes through here, so that the fence, the history, the rows of
what waits and the rule that nothing stalls silently are kept in one place.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict
from typing import Any

from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.calling import StepCaller
from engine.changes import changed_rows
from engine.definitions import Definition
from engine.failures import (
    LostRace,
    Stalled,
)
from engine.ids import user_task_id
from engine.meeting import meet_senders
from engine.saving import save_step
from engine.sending import save_sent
from engine.spiff.instance import Instance
from engine.spiff.throwing import ThrownMessage, ThrownSignal
from engine.spiff.waits import Waits
from engine.stores import write_stores
from engine.values import Variables

Transaction = Callable[[], AbstractContextManager[Session]]


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

    def finish(self) -> Waits:
        """Run to the next wait state, save everything that changed, and return what it waits for.

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
        return after

    def save(self, status: str, after: Waits) -> None:
        """Write the step down, in one statement, and one more if it deals with events.

        Raises:
            LostRace: Another step has saved the instance meanwhile; the caller rolls back.
        """
        for entry in self.instance.trace:
            task = None if entry.kind == "entered" else self.before.user_tasks.get(entry.element_instance)
            data = ({"from": entry.source} if entry.source else {}) | (
                {"group": task.candidate_group} if task else {}
            )
            self.note(
                entry.kind,
                process_id=entry.process_id,
                element_id=entry.element_id,
                element_name=entry.element_name,
                element_instance=entry.element_instance,
                task_id=user_task_id(self.instance_id, entry.element_instance) if task else None,
                data=data or None,
            )
        for thrown in self.instance.thrown:
            self._note_thrown(thrown)
        for stored in self.instance.stored:
            self.note("stored", element_id=stored.element_id, data={"store": stored.store})
        variables = self.instance.variables() if status != "running" else None
        if status != "running":
            self.note(status)
        changes = changed_rows(self.instance_id, self.before, after, suspended=self.suspended) | {
            "history": self.history,
            "asked": [asdict(asked) for asked in self.instance.asked],
            "variables": variables,
        }
        self.session.flush()
        meet_senders(self.session, [m["message"] for m in changes["awaited_messages"]], self.business_key)
        saved = save_step(
            self.session,
            changes,
            begins=self.version == 0,
            ends=status != "running",
            parameters={
                "instance_id": self.instance_id,
                "business_key": self.business_key,
                "process_id": self.definition.process_id,
                "definition_id": self.definition.id,
                "version": self.version,
                "status": status,
                "state": self.instance.dump() if status == "running" else b"",
                "now": self.now,
                "actor_id": self.actor.id,
                "actor_name": self.actor.name,
            },
        )
        if not saved:
            raise LostRace
        write_stores(self.session, self.instance.stored, self.instance_id, self.now)
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
