"""Signals: for everyone who waits for them when they are broadcast."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import sending
from engine.actors import SYSTEM, Actor
from engine.commanding import Commanding
from engine.failures import InstanceEnded, InstanceNotFound
from engine.tables import SignalDelivery
from engine.values import Variables


class SignalCommands(Commanding):
    """What the engine does with signals, from outside and from instances."""

    def broadcast(
        self, session: Session, signal: str, *, payload: Variables | None = None, actor: Actor
    ) -> int:
        """Send a signal to every place that waits for it now.

        Each instance is reached by a job of its own, in a transaction of its own; one that is
        suspended, when it is resumed. Who begins to wait later isn't reached.

        Returns:
            How many instances it will reach.
        """
        payload = {} if payload is None else payload
        return sending.broadcast(session, signal, payload, self.clock.now())

    def deliver_signals(self, instance_id: uuid.UUID) -> None:
        """Give an instance the signals that are on their way to it, in their order.

        Each is a transaction of its own. It may be called any number of times.

        Raises:
            StepFailed: If a step failed; it has an incident, and the signal is kept.
        """
        delivered = True
        while delivered:
            with self.transaction() as session:
                delivered = self._deliver_signal(session, instance_id)

    def _deliver_signal(self, session: Session, instance_id: uuid.UUID) -> bool:
        key = f"{instance_id}:signal"
        command = {"do": "deliver_signals", "instance_id": str(instance_id)}
        try:
            step = self.open_step(session, instance_id, SYSTEM, key, command, even_suspended=True)
        except (InstanceEnded, InstanceNotFound):
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
