"""Whether the process lives (``/healthz``), and whether it can do its work (``/readyz``).

Neither needs a sign-in, and neither tells more than names and states.
"""

from __future__ import annotations

import datetime as dt
import functools
from dataclasses import asdict, dataclass

import sqlalchemy as sa
from flask import Blueprint, Response, jsonify

from engine.tables import WorkerHeartbeat
from webapp import migrations
from webapp.context import tuidan

blueprint = Blueprint("health", __name__)

WORKER_SILENT_AFTER = dt.timedelta(seconds=30)


@dataclass(frozen=True, kw_only=True)
class Check:
    """One condition of readiness.

    Attributes:
        ok: Whether it holds.
        detail: What was found, for an operator.
    """

    ok: bool
    detail: str


@blueprint.get("/healthz")
def healthz() -> Response:
    """Say that the process answers; it asks nothing else, so that a broken database restarts no web."""
    return _uncached(jsonify(status="alive"))


@blueprint.get("/readyz")
def readyz() -> Response:
    """Say whether requests can be served in full: 200, or 503 with what is missing."""
    checks = check(tuidan().database)
    ready = all(found.ok for found in checks.values())
    response = jsonify(
        status="ready" if ready else "not ready",
        checks={name: asdict(found) for name, found in checks.items()},
    )
    response.status_code = 200 if ready else 503
    return _uncached(response)


def check(database: sa.Engine) -> dict[str, Check]:
    """Look at the database, its schema and the workers."""
    try:
        with database.connect() as connection:
            found = {"database": Check(ok=True, detail="reachable")}
            found["migrations"] = _schema(connection)
            found["worker"] = (
                _workers(connection) if found["migrations"].ok else Check(ok=False, detail="unknown")
            )
            return found
    except sa.exc.OperationalError:
        return {"database": Check(ok=False, detail="unreachable")}


def _schema(connection: sa.Connection) -> Check:
    current = migrations.current_revision(connection)
    return Check(ok=_sufficient(current), detail=f"at {current or 'nothing'}, this version is for {_head()}")


def _workers(connection: sa.Connection) -> Check:
    alive = connection.scalar(
        sa.select(sa.func.count()).where(
            WorkerHeartbeat.seen_at > sa.func.now() - sa.literal(WORKER_SILENT_AFTER, sa.Interval())
        )
    )
    return Check(ok=bool(alive), detail=f"{alive or 0} alive")


@functools.cache
def _sufficient(current: str | None) -> bool:
    return migrations.is_sufficient(current)


@functools.cache
def _head() -> str | None:
    return migrations.head_revision()


def _uncached(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
