"""The database schema, as a line of steps that are never changed once released.

``./tuidan migrate`` and ``./tuidan up`` run them; ``./tuidan migration NOTE`` drafts the next.
"""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from engine.errors import Kind, TuidanError

HERE = Path(__file__).resolve().parent


class SchemaBehind(TuidanError):
    """The database is at schema {current}, this version needs {needed}; run: ./tuidan migrate."""

    code = "database.schema_behind"
    kind = Kind.UNAVAILABLE


def configuration(connection: sa.Connection | None = None) -> Config:
    """Return the configuration of Alembic; there is no ini file.

    Args:
        connection: What the migrations run on.
    """
    config = Config()
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config


def upgrade(database: sa.Engine, *, to: str = "head") -> tuple[str | None, str | None]:
    """Bring a database to a revision, and return the revisions before and after."""
    with database.connect() as connection:
        before = current_revision(connection)
        connection.rollback()
        command.upgrade(configuration(connection), to)
        after = current_revision(connection)
    return before, after


def current_revision(connection: sa.Connection) -> str | None:
    """Return the revision that a database is at, or None for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


def head_revision() -> str | None:
    """Return the revision that this code needs."""
    return ScriptDirectory.from_config(configuration()).get_current_head()


def draft(database: sa.Engine, note: str) -> Path:
    """Write the next migration from the difference between the tables in code and a database at head.

    Args:
        database: A database at the head revision.
        note: What changes, for the file's name and its first line.
    """
    scripts = ScriptDirectory.from_config(configuration())
    number = f"{sum(1 for _ in scripts.walk_revisions()) + 1:04d}"
    with database.connect() as connection:
        made = command.revision(configuration(connection), message=note, autogenerate=True, rev_id=number)
    script = made[0] if isinstance(made, list) else made
    if script is None:
        raise RuntimeError("Alembic wrote no migration")
    return Path(script.path)


def is_sufficient(current: str | None) -> bool:
    """Whether a database at a revision serves this code.

    A revision that this code doesn't know is a newer version's: migrations expand before they
    contract, so that machines can be replaced one after the other.
    """
    if current is None:
        return False
    if current == head_revision():
        return True
    scripts = ScriptDirectory.from_config(configuration())
    return current not in {script.revision for script in scripts.walk_revisions()}


def check_sufficient(database: sa.Engine) -> None:
    """Refuse a database whose schema is older than this code.

    Raises:
        SchemaBehind: It is.
    """
    with database.connect() as connection:
        current = current_revision(connection)
    if not is_sufficient(current):
        raise SchemaBehind(current=current or "nothing", needed=head_revision())
