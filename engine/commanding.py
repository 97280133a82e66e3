"""What every command of the engine does: open a step, and turn its failure into an incident."""

from __future__ import annotations

import copy
import datetime as dt
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Self

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import tables
from engine.actors import SYSTEM, Actor
from engine.clock import Clock
from engine.definitions import Definitions
from engine.errors import TuidanError
from engine.failures import (
    UNREADABLE,
    InstanceUnreadable,
    LostRace,
    Stalled,
    StepFailed,
    cause_of,
    record_incident,
)
from engine.opening import Stepper
from engine.operations import OperationRegistry
from engine.spiff.skipping import StandIn
from engine.stepping import Step, Transaction
from engine.values import Variables

LOAD = "load"
"""What the command of an incident does that only reads the state."""


class Commanding:
    """What commands share: the parts of the engine, and how a step of theirs is opened and fails.

    Attributes:
        leaves_incidents: Whether a step that fails leaves one; a trial tells its author instead.
    """

    def __init__(self, *, registry: OperationRegistry, clock: Clock, transaction: Transaction) -> None:
        self.registry = registry
        self.clock = clock
        self.transaction = transaction
        self.definitions = Definitions(registry)
        self.batches: dict[str, Callable[[uuid.UUID], bool]] = {}
        self.stepper = Stepper(self.definitions, registry)
        self.leaves_incidents = True

    def answering(self, answers: Sequence[StandIn], *, leaves_incidents: bool = True) -> Self:
        """An engine like this one whose steps are kept, and in which answers stand for what failed."""
        other = copy.copy(self)
        other.leaves_incidents = leaves_incidents
        other.stepper = self.stepper.answering(answers)
        return other

    def open_step(
        self,
        session: Session,
        instance_id: uuid.UUID,
        actor: Actor,
        key: str,
        command: Variables,
        *,
        even_suspended: bool = False,
    ) -> Step:
        """Lock and load an instance; a state that can't be read leaves one incident, whoever meets it.

        Args:
            key: What names the command among those that the instance is given.
            command: What a retry of that incident does again, once the state can be read.

        Raises:
            InstanceEnded: If it has ended.
            InstanceNotFound: If there is none of that id.
            InstanceSuspended: If it is suspended, unless ``even_suspended``.
            InstanceUnreadable: If this release can't read its state.
        """
        now = self.clock.now()
        try:
            return self.stepper.load(session, instance_id, actor, now, even_suspended=even_suspended)
        except (TuidanError, sa.exc.SQLAlchemyError):
            raise
        except Exception as error:
            with self.transaction() as own:
                record = own.get_one(tables.ProcessInstance, instance_id)
                incident_id = record_incident(
                    own,
                    now=now,
                    key=f"{instance_id}:unreadable",
                    kind=UNREADABLE,
                    instance_id=instance_id,
                    business_key=record.business_key,
                    process_id=record.process_id,
                    element=None,
                    error=error,
                    command=_owing(instance_id, key, command, now),
                )
            raise InstanceUnreadable(incident_id) from error

    def open_whole(self, session: Session, instance_id: uuid.UUID, actor: Actor) -> Step:
        """Lock and load an instance, suspended or not, to read it or to change it as a whole.

        Raises:
            InstanceEnded: If it has ended.
            InstanceNotFound: If there is none of that id.
            InstanceUnreadable: If this release can't read its state; there is an incident.
        """
        command = {"do": LOAD, "instance_id": str(instance_id)}
        return self.open_step(
            session, instance_id, actor, f"{instance_id}:load", command, even_suspended=True
        )

    @contextmanager
    def guarded(self, step: Step, key: str, command: Variables) -> Iterator[None]:
        """Turn an unexpected failure of a step into an incident and a typed error.

        A typed refusal is an answer to the person who asked, not a failure; when the system
        itself acts, nobody would hear it.

        Raises:
            StepFailed: The step failed; the incident says why.
            LostRace: Somebody else was faster.
        """
        try:
            yield
        except LostRace:
            raise
        except sa.exc.OperationalError as error:
            raise LostRace from error
        except Exception as error:
            if isinstance(error, TuidanError) and step.actor is not SYSTEM:
                raise
            incident_id = None
            if self.leaves_incidents:
                incident_id = self._record(step, key, command, cause_of(error))
            raise StepFailed(incident_id) from error

    def _record(self, step: Step, key: str, command: Variables, cause: BaseException) -> uuid.UUID:
        started = step.version > 0
        with self.transaction() as own:
            return record_incident(
                own,
                now=step.now,
                key=key,
                kind="stalled" if isinstance(cause, Stalled) else "step",
                instance_id=step.instance_id if started else None,
                business_key=step.business_key,
                process_id=step.definition.process_id,
                element=step.instance.current_element,
                error=cause,
                command=command | _failed_at(step),
            )


def _failed_at(step: Step) -> Variables:
    """What failed, and what an operator has given for other failures of the same step."""
    spot, taken = step.instance.failed_at, step.instance.answered
    found: Variables = {} if spot is None else {"failed": spot.plain()}
    return found | ({"answers": [answer.plain() for answer in taken]} if taken else {})


def _owing(instance_id: uuid.UUID, key: str, command: Variables, now: dt.datetime) -> Variables:
    """To read the state again, and then to do what was wanted of the instance meanwhile."""
    owed = {} if command["do"] == LOAD else {key: command | {"at": now.isoformat()}}
    return {"do": LOAD, "instance_id": str(instance_id), "owed": owed}


def plain_actor(actor: Actor) -> Variables:
    """An actor as an incident's command keeps it."""
    return {"id": actor.id, "name": actor.name, "groups": sorted(actor.groups)}
