"""The worker processes that are alive."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Mapped, mapped_column

from engine.database import Base


class WorkerHeartbeat(Base):
    """A worker process that is alive, as readiness checks and operators see it."""

    __tablename__ = "worker_heartbeat"

    worker: Mapped[str] = mapped_column(primary_key=True, comment="host and process id")
    started_at: Mapped[dt.datetime]
    seen_at: Mapped[dt.datetime] = mapped_column(comment="by the database's own clock")
