"""Messages: for one receiver, found by the message's name and the business key."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.actors import SYSTEM, Actor
from engine.commanding import plain_actor
from engine.failures import InstanceEnded, InstanceSuspended, LostRace, VersionSuspended
from engine.meeting import meet_receivers, meet_starters
from engine.sending import keep_message
from engine.spiff.instants import end_of_life
from engine.tables import MessageSubscription, SentMessage
from engine.triggered import StartCommands, starts_by_message
from engine.values import JSON, Variables


class MessageCommands(StartCommands):
    """What the engine does with messages, from outside and from instances."""

    def correlate(
        self,
        session: Session,
        message: str,
        *,
        business_key: str,
        payload: Variables | None = None,
        keep_for: str = "",
        actor: Actor,
    ) -> int:
        """Deliver a message to the instances of that business key that wait for it, or start one by it.

        Args:
            keep_for: How long it is kept for who begins to wait for it, if nobody takes it now: an ISO 8601
                duration such as ``PT2H``. If empty, it isn't kept.

        Returns:
            How many took it, one that it started among them; 0 if none was waiting and it starts none.

        Raises:
            InstanceSuspended: If the one that waits is suspended: send it again later.
            TimerInvalid: If the duration is none, or isn't from a moment to 366 days.
            VersionSuspended: If the version that it would start is suspended.
        """
        command = {
            "do": "correlate",
            "message": message,
            "business_key": business_key,
            "payload": payload or {},
            "actor": plain_actor(actor),
        }
        expires_at = end_of_life(self.clock.now(), keep_for) if keep_for else None
        taken = self._hand_over(session, message, business_key, payload or {}, actor, command)
        if not taken and expires_at is not None:
            keep_message(session, message, business_key, payload or {}, self.clock.now(), expires_at)
        return taken

    def deliver_messages(self, message: str, business_key: str) -> None:
        """Deliver what instances have sent by this name and key, the oldest first.

        Each is a transaction of its own. What nobody waits for is kept: who begins to wait for it
        later asks for it. It may be called any number of times.

        Raises:
            LostRace: If somebody has begun to wait meanwhile: call it again.
            StepFailed: If the receiver failed; it has an incident, and the message is kept.
        """
        try:
            delivered = True
            while delivered:
                with self.transaction() as session:
                    delivered = self.deliver_message(session, message, business_key)
        except (InstanceSuspended, VersionSuspended):
            return  # delivered when it is resumed
        with self.transaction() as session:
            meet_receivers(session, message, business_key)
            waited_for = _receivers(session, message, business_key) or starts_by_message(session, message)
            if waited_for and self._kept(session, message, business_key):
                raise LostRace

    def deliver_message(self, session: Session, message: str, business_key: str) -> bool:
        """Deliver the oldest message of this name and key; False if there is none, or nobody waits for it."""
        kept = self._kept(session, message, business_key)
        if kept is None:
            return False
        command = {"do": "deliver_messages", "message": message, "business_key": business_key}
        if not self._hand_over(session, message, business_key, kept.payload, SYSTEM, command):
            return False
        session.delete(kept)
        return True

    def _kept(self, session: Session, message: str, business_key: str) -> SentMessage | None:
        """The oldest message that waits for a receiver, locked."""
        return session.scalars(
            sa.select(SentMessage)
            .where(
                SentMessage.message == message,
                SentMessage.business_key == business_key,
                SentMessage.expired_at.is_(None),
                sa.or_(SentMessage.expires_at.is_(None), SentMessage.expires_at > self.clock.now()),
            )
            .order_by(SentMessage.id)
            .limit(1)
            .with_for_update()
        ).one_or_none()

    def _hand_over(
        self,
        session: Session,
        message: str,
        business_key: str,
        payload: JSON,
        actor: Actor,
        command: Variables,
    ) -> int:
        taken = self._give(session, message, business_key, payload, actor, command)
        if taken:
            return taken
        for process_id, trigger in starts_by_message(session, message)[:1]:
            # Another message of this key may just have started an instance that waits for this one.
            meet_starters(session, process_id, business_key)
            taken = self._give(session, message, business_key, payload, actor, command)
            if taken:
                return taken
            self.start_triggered(
                session,
                process_id,
                trigger,
                payload,
                business_key=business_key,
                actor=actor,
                command=command,
            )
            return 1
        return 0

    def _give(
        self,
        session: Session,
        message: str,
        business_key: str,
        payload: JSON,
        actor: Actor,
        command: Variables,
    ) -> int:
        """Give a message to each instance that waits for it; returns how many took it."""
        taken = 0
        for instance_id in _receivers(session, message, business_key):
            key = f"{instance_id}:message:{message}"
            try:
                step = self.open_step(session, instance_id, actor, key, command)
            except InstanceEnded:
                continue
            waiting = [m for m in step.before.messages.values() if m.message == message]
            if not waiting:
                continue
            with self.guarded(step, key, command):
                step.note(
                    "message", element_id=waiting[0].element_id, data={"message": message, "payload": payload}
                )
                for place in waiting:
                    step.instance.deliver(place.element_instance, message, payload)
                step.finish()
            taken += 1
        return taken


def _receivers(session: Session, message: str, business_key: str) -> list[uuid.UUID]:
    return list(
        session.scalars(
            sa.select(MessageSubscription.instance_id)
            .where(MessageSubscription.message == message, MessageSubscription.business_key == business_key)
            .distinct()
            .order_by(MessageSubscription.instance_id)
        )
    )
