"""The commands ``migrate`` and ``migration``."""

from __future__ import annotations

import click

from engine.database import create_database
from webapp import migrations
from webapp.settings import Settings
from webapp.supervisor.reaching import reachable_database


@click.command()
def migrate() -> None:
    """Bring the database to the schema of this version.

    Safe to run again, and from several machines at once: they take turns.
    """
    with reachable_database(Settings.from_environment()) as settings:
        database = create_database(str(settings.database_url), pool_size=1)
        try:
            before, after = migrations.upgrade(database)
        finally:
            database.dispose()
    if before == after:
        click.echo(f"The database is at {after} already.")
    else:
        click.echo(f"The database went from {before or 'empty'} to {after}.")


@click.command()
@click.argument("note")
def migration(note: str) -> None:
    """Draft the next migration from what changed in the tables; NOTE says what that is.

    Read and correct the file: triggers, sequences and renamed columns are not found out.
    """
    with reachable_database(Settings.from_environment()) as settings:
        database = create_database(str(settings.database_url), pool_size=1)
        try:
            migrations.upgrade(database)
            click.echo(migrations.draft(database, note))
        finally:
            database.dispose()
