"""The database that a command works on: the one that is named, or the embedded one."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import sqlalchemy as sa

from engine.errors import Kind, TuidanError
from webapp.settings import Settings
from webapp.supervisor.postgres import EmbeddedPostgres

CONNECT_TIMEOUT = 10


class DatabaseUnreachable(TuidanError):
    """The database {address} can't be reached ({reason}); start it, or correct TUIDAN_DATABASE_URL."""

    code = "database.unreachable"
    kind = Kind.UNAVAILABLE


@contextmanager
def reachable_database(settings: Settings) -> Iterator[Settings]:
    """Yield settings that name a database which answers.

    Without a name, the embedded PostgreSQL is started, and stopped again by its last user.

    Raises:
        DatabaseUnreachable: The named one doesn't answer.
        PostgresUnavailable: The embedded one doesn't start.
    """
    if settings.database_url:
        check_reachable(settings.database_url)
        yield settings
        return
    with embedded(settings) as postgres:
        yield dataclasses.replace(settings, database_url=postgres.ensure_database())


def embedded(settings: Settings) -> EmbeddedPostgres:
    """Return the embedded PostgreSQL of a data folder, not started."""
    return EmbeddedPostgres(settings.data_dir / "postgres")


def check_reachable(url: str) -> None:
    """Connect once.

    Raises:
        DatabaseUnreachable: The server doesn't answer, or doesn't let us in.
    """
    try:
        address = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError):
        raise DatabaseUnreachable(address="in TUIDAN_DATABASE_URL", reason="it isn't an address") from None
    plain = address.set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        psycopg.connect(plain, connect_timeout=CONNECT_TIMEOUT).close()
    except psycopg.Error as error:
        shown = f"{address.host or 'localhost'}:{address.port or 5432}/{address.database or ''}"
        reason = str(error).strip().splitlines()[-1].strip() or "no answer"
        raise DatabaseUnreachable(address=shown, reason=reason) from None
