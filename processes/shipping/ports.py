"""What parcels need of a process engine."""

from __future__ import annotations

import uuid
from typing import Protocol

from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.values import JSON


class ProcessEngine(Protocol):
    """Starts process instances and takes messages to them; the product's is ``engine.Engine``."""

    def start(
        self,
        session: Session,
        process_id: str,
        *,
        business_key: str,
        variables: dict[str, JSON],
        actor: Actor,
    ) -> uuid.UUID:
        """Start an instance of the process' latest version and return its id."""
        ...

    def correlate(
        self,
        session: Session,
        message: str,
        *,
        business_key: str,
        payload: dict[str, JSON] | None = None,
        actor: Actor,
    ) -> bool:
        """Take a message to the instance that waits for it; False if none does."""
        ...
