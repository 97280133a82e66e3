"""Signals: for everyone who waits for them when they are broadcast."""

from __future__ import annotations

import contextlib
import functools
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import sending, start_conditions
from engine.actors import SYSTEM, Actor
from engine.failures import InstanceEnded, InstanceNotFound, VersionSuspended
from engine.tables import SignalDelivery
from engine.triggered import StartCommands, released_trigger
from engine.values import Variables


class SignalCommands(StartCommands):
    """What the engine does with signals, from outside and from instances."""

    def broadcast(
        self,
        session: Session,
        signal: str,
        *,
        payload: Variables | None = None,
        business_key: str = "",
        actor: Actor,
    ) -> int:
        """Send a signal to every place that waits for it now, and to the processes that it starts.

        Each instance is reached by a job of its own, in a transaction of its own; one that is
        suspended, when it is resumed. Who begins to wait later isn't reached.

        Args:
            business_key: Of the instances that it starts.

        Returns:
            How many instances it will reach or start.
        """
        payload = {} if payload is None else payload
        return sending.broadcast(session, signal, payload, business_key, self.clock.now())

    def deliver_signals(self, instance_id: uuid.UUID) -> None:
        """Give an instance the signals that are on their way to it, in their order.

        Each is a transaction of its own. It may be called any number of times.

        Raises:
            StepFailed: If a step failed; it has an incident, and the signal is kept.
        """
        delivered = True
        with contextlib.suppress(VersionSuspended):  # started when it is resumed
            while delivered:
                with self.transaction() as session:
                    delivered = self.deliver_signal(session, instance_id)

    def deliver_signal(self, session: Session, instance_id: uuid.UUID) -> bool:
        """Give an instance the first signal that is on its way to it; False if there is none."""
        key = f"{instance_id}:signal"
        command = {"do": "deliver_signals", "instance_id": str(instance_id)}
        try:
            step = self.open_step(session, instance_id, SYSTEM, key, command, even_suspended=True)
        except InstanceNotFound:
            return self._start_by_signal(session, instance_id, command)
        except InstanceEnded:
            session.execute(sa.delete(SignalDelivery).where(SignalDelivery.instance_id == instance_id))
            return False
        if step.suspended:
            return False  # delivered when it is resumed
        delivery = session.scalars(
            sa.select(SignalDelivery)
            .where(SignalDelivery.instance_id == instance_id)
            .order_by(SignalDelivery.id)
            .limit(1)
        ).one_or_none()
        if delivery is None:
            return False
        session.delete(delivery)
        with self.guarded(step, key, command):
            took = step.instance.signal(delivery.signal, delivery.payload, frozenset(delivery.places))
            if took:
                step.note(
                    "signal",
                    element_id=took[0],
                    data={"signal": delivery.signal, "payload": delivery.payload},
                )
                step.finish()
        return True

    def _start_by_signal(self, session: Session, instance_id: uuid.UUID, command: Variables) -> bool:
        """Start what a signal or condition is on its way to; a version released since may not wait for it."""
        delivery = session.scalars(
            sa.select(SignalDelivery)
            .where(SignalDelivery.instance_id == instance_id)
            .order_by(SignalDelivery.id)
            .limit(1)
            .with_for_update()
        ).one_or_none()
        if delivery is None:
            return False
        session.delete(delivery)
        process_id = delivery.process_id or ""
        trigger = released_trigger(session, process_id, delivery.element_id or "", delivery.signal)
        if trigger is not None:
            check = None
            if trigger.kind == "condition":
                check = functools.partial(start_conditions.check, session, trigger.name)
            self.start_triggered(
                session,
                process_id,
                trigger,
                delivery.payload,
                business_key=delivery.business_key or "",
                actor=SYSTEM,
                command=command,
                instance_id=instance_id,
                check=check,
            )
        return False
