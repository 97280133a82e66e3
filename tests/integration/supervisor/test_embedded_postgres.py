"""The embedded PostgreSQL under hard treatment."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from webapp.settings import PROJECT
from webapp.supervisor.postgres import EmbeddedPostgres
from webapp.supervisor.reaching import DatabaseUnreachable, check_reachable

_USE_AND_WAIT = """
import sys
from pathlib import Path
from webapp.supervisor.postgres import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]), durable=False)
server.start()
print("started", flush=True)
sys.stdin.read()
server.release()
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    # Not under pytest's own folder, which only its owner may enter.
    with tempfile.TemporaryDirectory(prefix="tuidan-test-", ignore_cleanup_errors=True) as name:
        yield Path(name)


def postmaster(folder: Path) -> psutil.Process | None:
    try:
        return psutil.Process(int((folder / "cluster" / "postmaster.pid").read_text().split("\n")[0]))
    except (FileNotFoundError, psutil.NoSuchProcess):
        return None


def another_user(folder: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", _USE_AND_WAIT, str(folder)],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "started\n"
    return process


def end(process: subprocess.Popen[str]) -> None:
    process.communicate("", timeout=60)
    assert process.returncode == 0


def test_it_starts_keeps_data_and_stops(folder: Path) -> None:
    with EmbeddedPostgres(folder, durable=False) as server:
        url = server.ensure_database("one")
        assert server.ensure_database("one") == url
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS value")
    assert postmaster(folder) is None
    with EmbeddedPostgres(folder, durable=False), psycopg.connect(url) as connection:
        assert connection.execute("SELECT value FROM kept").fetchone() == (7,)


def test_the_last_user_stops_it(folder: Path) -> None:
    other = another_user(folder)
    server = EmbeddedPostgres(folder, durable=False)
    server.start()
    end(other)
    check_reachable(server.url("postgres"))
    server.release()
    server.release()
    assert postmaster(folder) is None


def test_a_cluster_in_memory_goes_with_its_last_user(folder: Path) -> None:
    memory = folder / "memory"
    for _ in range(2):
        with EmbeddedPostgres(folder, durable=False, memory=memory) as server:
            with EmbeddedPostgres(folder, durable=False, memory=memory) as other:
                check_reachable(other.url("postgres"))
            check_reachable(server.url("postgres"))
            assert (memory / "cluster" / "PG_VERSION").exists()
        assert not memory.exists()
        assert not (folder / "cluster").exists()


def test_a_server_left_by_a_killed_user_is_used_again(folder: Path) -> None:
    other = another_user(folder)
    left = postmaster(folder)
    assert left is not None
    other.send_signal(signal.SIGKILL)
    other.communicate()
    with EmbeddedPostgres(folder, durable=False) as server:
        check_reachable(server.url("postgres"))
        assert postmaster(folder) == left
    assert postmaster(folder) is None


def test_it_recovers_when_the_server_itself_was_killed(folder: Path) -> None:
    server = EmbeddedPostgres(folder, durable=False)
    server.start()
    running = postmaster(folder)
    assert running is not None
    running.send_signal(signal.SIGKILL)
    psutil.wait_procs([running], timeout=10)
    server.release()
    with EmbeddedPostgres(folder, durable=False):
        check_reachable(server.url("postgres"))


def test_a_pid_file_that_names_another_program_is_no_obstacle(folder: Path) -> None:
    with EmbeddedPostgres(folder, durable=False):
        pass
    # As after a reboot: the number of the dead server belongs to somebody else now.
    (folder / "cluster" / "postmaster.pid").write_text(f"{os.getpid()}\n{folder / 'cluster'}\n")
    with EmbeddedPostgres(folder, durable=False) as server:
        check_reachable(server.url("postgres"))


def test_an_interrupted_creation_is_done_again(folder: Path) -> None:
    (folder / "cluster.new").mkdir()
    (folder / "cluster.new" / "PG_VERSION").write_text("18\n")
    with EmbeddedPostgres(folder, durable=False) as server:
        check_reachable(server.url("postgres"))


def test_a_folder_too_deep_for_a_socket_and_with_odd_names_works(folder: Path) -> None:
    deep = folder / ("d" * 60) / 'it\'s a "folder"' / "文件夹"
    with EmbeddedPostgres(deep, durable=False) as server:
        check_reachable(server.url("postgres"))


@pytest.mark.parametrize(
    "url", ["postgresql://nobody:secret@127.0.0.1:1/x", "postgresql://[broken", "postgresql:"]
)
def test_an_unreachable_database_is_one_line_without_the_password(url: str) -> None:
    with pytest.raises(DatabaseUnreachable, match="TUIDAN_DATABASE_URL") as caught:
        check_reachable(url)
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)
