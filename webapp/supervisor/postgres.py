"""The embedded PostgreSQL: a real server of our own, reached by a Unix socket only.

Any number of processes may use the same server at the same time. Each holds a shared
lock; the one that starts the server and the one that stops it, as its last user, hold an
exclusive one. The kernel drops the locks of a killed process, so that nothing is left to
tidy up by hand.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

import psutil
import psycopg
from psycopg import sql

from webapp.supervisor.binaries import (
    PostgresUnavailable,
    give,
    open_the_way,
    run,
    server_account,
)
from webapp.supervisor.locks import FileLock

ROLE = "tuidan"
PORT = 5432
# The kernel's limit is 108 bytes on Linux and 104 elsewhere, with the terminating zero.
_LONGEST_SOCKET_PATH = 100
_START_ATTEMPTS = 4

_CONFIGURATION = """\
# Written at every start; settings of your own go into postgresql.conf, below the include.
listen_addresses = ''
port = {port}
unix_socket_directories = '{socket_dir}'
unix_socket_permissions = 0700
max_connections = 200
shared_buffers = '256MB'
max_wal_size = '2GB'
checkpoint_timeout = '15min'
random_page_cost = 1.1
max_parallel_workers_per_gather = 0
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
log_min_messages = warning
"""

_NOT_DURABLE = """\
# A database that tests throw away.
fsync = off
synchronous_commit = off
full_page_writes = off
max_wal_size = '256MB'
"""


class EmbeddedPostgres:
    """A PostgreSQL server with its files in a folder of ours.

    Args:
        folder: Holds the cluster, the log and the locks; made when missing.
        durable: False gives up safety against a power cut for speed, for tests.
        memory: Holds the cluster in place of ``folder``, and goes with it when its last user goes: a
            folder of a file system in memory, for tests.
    """

    def __init__(self, folder: Path, *, durable: bool = True, memory: Path | None = None) -> None:
        self._folder = folder.resolve()
        self._memory = memory
        self._cluster = (memory or self._folder) / "cluster"
        self._log = self._folder / "log"
        self._durable = durable
        self._account = server_account()
        self._change = FileLock(self._folder / "change.lock")
        self._use = FileLock(self._folder / "use.lock")
        self._socket_dir = self._choose_socket_dir()

    def __enter__(self) -> EmbeddedPostgres:
        """Start using the server."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop using the server."""
        self.release()

    @property
    def log(self) -> Path:
        """The server's log file."""
        return self._log

    def url(self, database: str = "tuidan") -> str:
        """Return the address of a database on this server."""
        return (
            f"postgresql://{ROLE}@/{quote(database)}?host={quote(str(self._socket_dir), safe='')}&port={PORT}"
        )

    def start(self) -> None:
        """Use the server: the first user creates and starts it.

        Raises:
            PostgresUnavailable: It doesn't start; the log says more.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._change:
            self._use.shared()
            try:
                if not self._answers():
                    self._create()
                    self._launch()
            except BaseException:
                self._stop_as_last_user()
                raise

    def release(self) -> None:
        """Stop using the server: the last user stops it. Harmless when repeated."""
        with self._change:
            self._stop_as_last_user()

    def _stop_as_last_user(self) -> None:
        if self._use.try_exclusive() and (self._cluster / "postmaster.pid").exists():
            run("pg_ctl", "stop", "-m", "fast", "-w", "-t", "60", "-s",
                cluster=self._cluster, account=self._account, log=self._log)  # fmt: skip
            if self._socket_dir.parent != self._folder:
                with suppress(OSError):
                    self._socket_dir.rmdir()
            if self._memory is not None:
                shutil.rmtree(self._memory, ignore_errors=True)
        self._use.release()

    def ensure_database(self, name: str = "tuidan") -> str:
        """Create a database unless it exists, and return its address."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return self.url(name)

    def _choose_socket_dir(self) -> Path:
        inside = self._folder / "run"
        if len(os.fsencode(inside / f".s.PGSQL.{PORT}")) <= _LONGEST_SOCKET_PATH:
            return inside
        digest = hashlib.sha256(os.fsencode(self._folder)).hexdigest()[:16]
        return Path(tempfile.gettempdir()).resolve() / f"tuidan-{os.geteuid()}-{digest}"

    def _answers(self) -> bool:
        try:
            with psycopg.connect(self.url("postgres"), connect_timeout=5) as connection:
                row = connection.execute("SHOW data_directory").fetchone()
        except psycopg.OperationalError:
            return False
        return row is not None and Path(row[0]).resolve() == self._cluster

    def _create(self) -> None:
        if (self._cluster / "PG_VERSION").exists():
            return
        unfinished = self._cluster.with_name("cluster.new")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700, parents=True)
        give(self._account, unfinished)
        open_the_way(self._account, unfinished)
        status = run(
            "initdb", "-U", ROLE, "--auth=trust", "--encoding=UTF8",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C",
            "--no-instructions", *([] if self._durable else ["--no-sync"]),
            cluster=unfinished, account=self._account, log=self._log,
        )  # fmt: skip
        if status != 0:
            raise self._failure("initdb failed")
        with (unfinished / "postgresql.conf").open("a", encoding="utf-8") as configuration:
            configuration.write("\ninclude 'tuidan.conf'\n")
        # Renamed once complete: a half-made cluster is never taken for a whole one.
        unfinished.rename(self._cluster)

    def _configure(self) -> None:
        self._socket_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        give(self._account, self._socket_dir)
        expected = self._account.uid if self._account else os.geteuid()
        if self._socket_dir.stat().st_uid != expected:
            raise PostgresUnavailable(
                reason=f"{self._socket_dir} belongs to someone else", remedy="Remove that folder"
            )
        quoted = str(self._socket_dir).replace("'", "''").replace("\\", "\\\\").replace('"', '""')
        text = _CONFIGURATION.format(port=PORT, socket_dir=f'"{quoted}"')
        target = self._cluster / "tuidan.conf"
        target.write_text(text if self._durable else text + _NOT_DURABLE, encoding="utf-8")
        target.chmod(0o644)

    def _launch(self) -> None:
        self._configure()
        open_the_way(self._account, self._cluster, self._socket_dir)
        for attempt in range(_START_ATTEMPTS):
            # After a SIGKILL the remains of the old server may hold its memory for a moment.
            time.sleep(attempt)
            self._forget_dead_server()
            status = run(
                "pg_ctl", "start", "-w", "-t", "60", "-s",
                cluster=self._cluster, account=self._account, log=self._log,
            )  # fmt: skip
            if status == 0 and self._answers():
                return
        raise self._failure("it doesn't start")

    def _forget_dead_server(self) -> None:
        """Remove a pid file that names no server: after a reboot its number may be anyone's."""
        pid_file = self._cluster / "postmaster.pid"
        try:
            process = psutil.Process(int(pid_file.read_text().split("\n", 1)[0]))
            alive = "postgres" in process.name() and process.status() != psutil.STATUS_ZOMBIE
        except FileNotFoundError:
            return
        except (ValueError, psutil.Error):
            alive = False
        if not alive:
            pid_file.unlink(missing_ok=True)
            (self._socket_dir / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)

    def _failure(self, what: str) -> PostgresUnavailable:
        lines = self._log.read_text(errors="replace").splitlines() if self._log.exists() else []
        said = next((line for line in reversed(lines) if "FATAL" in line or "error" in line.lower()), "")
        return PostgresUnavailable(
            reason=f"{what} ({said.strip()})" if said else what,
            remedy=f"See {self._log}, or set TUIDAN_DATABASE_URL to a server of your own",
        )
