"""The ground that measurements stand on: a durable database, pgbench, timing, a report."""

from __future__ import annotations

import itertools
import re
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql

from engine.database import create_database
from webapp import migrations
from webapp.supervisor.binaries import program_folder
from webapp.supervisor.postgres import EmbeddedPostgres

PGBENCH_SECONDS = 5


@dataclass
class Report:
    """Lines of what was measured, printed as they come."""

    lines: list[str] = field(default_factory=list)

    def title(self, text: str) -> None:
        """Begin a part."""
        print(f"\n{text}", flush=True)

    def add(self, what: str, value: str, remark: str = "") -> None:
        """Print one measurement."""
        line = f"  {what:<58} {value:>16}  {remark}"
        self.lines.append(line)
        print(line, flush=True)


class Ground:
    """Databases on a server that syncs to disk."""

    def __init__(self, postgres: EmbeddedPostgres) -> None:
        self._postgres = postgres
        self._numbers = itertools.count(1)

    def database(self, *, migrated: bool = True) -> str:
        """Create a database and return its address."""
        name = f"bench_{next(self._numbers)}"
        with psycopg.connect(self._postgres.url("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        url = self._postgres.url(name)
        if migrated:
            database = create_database(url)
            migrations.upgrade(database)
            database.dispose()
        return url

    def pgbench(self, clients: int) -> float:
        """Small transactions a second, by ``pgbench -N``: what the disk and the server can do."""
        url = self.database(migrated=False)
        program = str(program_folder() / "pgbench")
        subprocess.run([program, "-i", "-q", "-s", "10", url], check=True, capture_output=True)
        command = [program, "-N", "-c", str(clients), "-j", "1", "-T", str(PGBENCH_SECONDS), url]
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        found = re.search(r"tps = ([\d.]+)", output)
        if found is None:
            raise RuntimeError(f"pgbench printed no tps: {output}")
        return float(found[1])


@contextmanager
def ground() -> Iterator[Ground]:
    """A fresh server in a temporary folder, gone afterwards."""
    with (
        tempfile.TemporaryDirectory(prefix="tuidan-bench-") as folder,
        EmbeddedPostgres(Path(folder) / "postgres", durable=True) as postgres,
    ):
        yield Ground(postgres)


def rate(count: int, work: Callable[[], None]) -> float:
    """How many a second: ``work`` does ``count`` of them."""
    began = time.perf_counter()
    work()
    return count / (time.perf_counter() - began)


def milliseconds(samples: list[float]) -> tuple[float, float]:
    """Median and 99th percentile of durations in seconds, as milliseconds."""
    ordered = sorted(samples)
    return statistics.median(ordered) * 1_000, ordered[
        min(len(ordered) - 1, int(len(ordered) * 0.99))
    ] * 1_000
