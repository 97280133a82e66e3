"""The schema that migrations make is the schema that the code means."""

from __future__ import annotations

import os
import subprocess
import sys

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from engine.database import create_database
from tests.databases import DatabaseServer
from webapp import migrations
from webapp.settings import PROJECT
from webapp.tables import all_tables


def _triggers_and_sequences(connection: sa.Connection) -> set[tuple[str, str, str]]:
    found = connection.execute(
        sa.text(
            """
            SELECT 'trigger', c.relname::text, pg_get_triggerdef(t.oid)
              FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
             WHERE NOT t.tgisinternal AND NOT starts_with(c.relname, 'procrastinate_')
            UNION ALL
            SELECT 'sequence', relname::text, '' FROM pg_class
             WHERE relkind = 'S' AND NOT starts_with(relname, 'procrastinate_')
            UNION ALL
            SELECT 'check', c.relname::text, pg_get_constraintdef(k.oid)
              FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
             WHERE NOT starts_with(c.relname, 'procrastinate_') AND c.relname <> 'alembic_version'
            UNION ALL
            SELECT 'index', tablename::text, indexdef FROM pg_indexes
             WHERE schemaname = 'public' AND NOT starts_with(tablename, 'procrastinate_')
               AND tablename <> 'alembic_version'
            """
        )
    )
    return {(kind, name, definition) for kind, name, definition in found}


def test_migrated_schema_is_what_the_tables_declare(database: sa.Engine) -> None:
    def ours(_thing: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
        return not (kind == "table" and (name or "").startswith("procrastinate_"))

    with database.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_object": ours, "compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, all_tables()) == []


def test_migrated_schema_has_the_triggers_sequences_and_indexes_of_a_fresh_one(
    postgres: DatabaseServer, database: sa.Engine
) -> None:
    fresh_url = postgres.create(template=None)
    fresh = create_database(fresh_url)
    with fresh.begin() as connection:
        all_tables().create_all(connection)
    with fresh.connect() as declared, database.connect() as migrated:
        assert _triggers_and_sequences(migrated) == _triggers_and_sequences(declared)
    fresh.dispose()
    postgres.drop(fresh_url)


def test_migrating_twice_changes_nothing(database: sa.Engine) -> None:
    head = migrations.head_revision()
    assert migrations.upgrade(database) == (head, head)


def test_machines_that_start_together_take_turns(postgres: DatabaseServer) -> None:
    url = postgres.create(template=None)
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "webapp.cli", "migrate"],
            cwd=PROJECT,
            env={**os.environ, "TUIDAN_DATABASE_URL": url, "TUIDAN_ENV": "development"},
        )
        for _ in range(2)
    ]
    assert [process.wait(timeout=60) for process in started] == [0, 0]
    engine = create_database(url)
    with engine.connect() as connection:
        assert migrations.current_revision(connection) == migrations.head_revision()
    engine.dispose()
    postgres.drop(url)
