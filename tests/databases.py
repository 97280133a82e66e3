"""A real PostgreSQL for tests: migrated once, then copied, which takes milliseconds."""

from __future__ import annotations

import hashlib
import itertools
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psutil
import psycopg
from psycopg import sql

from engine.database import create_database
from webapp import migrations
from webapp.supervisor.postgres import EmbeddedPostgres

_PREFIX = "tuidan_test_"
_FOLDER = Path(__file__).resolve().parent.parent / "var" / "test-postgres"
_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own in it
_ROOM = 4 << 30


class DatabaseServer:
    """Makes databases on a PostgreSQL server, and drops them.

    Attributes:
        template: The address of a migrated, empty database that nobody may be connected to.
    """

    def __init__(self, server_url: str) -> None:
        self._server_url = server_url
        self._numbers = itertools.count(1)
        self._own = f"{_PREFIX}{os.getpid()}"
        self._drop_left_behind()
        self.template = self.create(template=None)
        database = create_database(self.template)
        migrations.upgrade(database)
        database.dispose()

    def url(self, name: str) -> str:
        """Return the address of a database of this server."""
        return urlunsplit(urlsplit(self._server_url)._replace(path=f"/{name}"))

    def create(self, *, template: str | None = "") -> str:
        """Create a database and return its address.

        Args:
            template: The address of a database to copy; the migrated one by default, None for none.
        """
        name = f"{self._own}_{next(self._numbers)}"
        source = "template1" if template is None else urlsplit(template or self.template).path.lstrip("/")
        # Copied as files, which takes half the time of writing each page to the log first.
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
            sql.Identifier(name), sql.Identifier(source)
        )
        with psycopg.connect(self._server_url, autocommit=True) as connection:
            connection.execute(statement)
        return self.url(name)

    def drop(self, url: str) -> None:
        """Drop a database, even while something is connected to it."""
        name = urlsplit(url).path.lstrip("/")
        with psycopg.connect(self._server_url, autocommit=True) as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )

    def drop_own(self) -> None:
        """Drop every database that this process made."""
        for name in self._names(f"{self._own}_"):
            self.drop(self.url(name))

    def _drop_left_behind(self) -> None:
        for name in self._names(_PREFIX):
            with suppress(ValueError, psycopg.Error):
                if not psutil.pid_exists(int(name.removeprefix(_PREFIX).split("_")[0])):
                    self.drop(self.url(name))

    def _names(self, prefix: str) -> list[str]:
        with psycopg.connect(self._server_url, autocommit=True) as connection:
            rows = connection.execute(
                "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix]
            ).fetchall()
        return [str(name) for (name,) in rows]


@contextmanager
def database_server() -> Iterator[DatabaseServer]:
    """The server named by ``TUIDAN_TEST_DATABASE_URL``, or an embedded one that doesn't sync to disk."""
    named = os.environ.get("TUIDAN_TEST_DATABASE_URL")
    if named:
        server = DatabaseServer(named)
        try:
            yield server
        finally:
            server.drop_own()
        return
    memory = _memory()
    # Apart from one on disk, which may have been left running here.
    folder = _FOLDER if memory is None else _FOLDER / "in-memory"
    with EmbeddedPostgres(folder, durable=False, memory=memory) as postgres:
        server = DatabaseServer(postgres.url("postgres"))
        try:
            yield server
        finally:
            server.drop_own()


def _memory() -> Path | None:
    """Where the cluster lies in memory, or None where a machine has no room for that.

    A database is some 700 files, made and removed for each test. A disk's file system can take twenty
    times as long for them: ext4 without a journal takes no inode again that was freed within a minute, and
    looks at each of those for each new file.
    """
    try:
        # All of it and not what is free now, so that processes that run beside each other come to the same.
        roomy = shutil.disk_usage(_MEMORY).total >= _ROOM and os.access(_MEMORY, os.W_OK | os.X_OK)
    except OSError:
        return None
    clone = hashlib.sha256(os.fsencode(_FOLDER)).hexdigest()[:16]
    return _MEMORY / f"tuidan-test-{os.geteuid()}-{clone}" if roomy else None
