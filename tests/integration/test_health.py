"""Readiness tells the truth: about the database, its schema and the workers."""

from __future__ import annotations

import sqlalchemy as sa

from engine.database import create_database
from tests.databases import DatabaseServer
from webapp.health import check


def _seen(database: sa.Engine, seconds_ago: int) -> None:
    with database.begin() as connection:
        connection.execute(
            sa.text(
                "INSERT INTO worker_heartbeat (worker, started_at, seen_at) "
                "VALUES (:name, now(), now() - make_interval(secs => :ago))"
            ),
            {"name": f"host:{seconds_ago}", "ago": seconds_ago},
        )


def test_it_is_ready_with_a_migrated_database_and_a_live_worker(database: sa.Engine) -> None:
    _seen(database, 3)
    assert {name: found.ok for name, found in check(database).items()} == {
        "database": True,
        "migrations": True,
        "worker": True,
    }


def test_without_a_worker_or_with_a_silent_one_it_is_not(database: sa.Engine) -> None:
    assert not check(database)["worker"].ok
    _seen(database, 120)
    assert not check(database)["worker"].ok


def test_a_database_that_was_never_migrated_is_not_ready(postgres: DatabaseServer) -> None:
    url = postgres.create(template=None)
    database = create_database(url)
    found = check(database)
    assert found["database"].ok
    assert not found["migrations"].ok
    assert not found["worker"].ok
    database.dispose()
    postgres.drop(url)


def test_a_schema_of_a_newer_version_is_good_enough(database: sa.Engine) -> None:
    with database.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    assert check(database)["migrations"].ok


def test_an_older_schema_is_not(database: sa.Engine) -> None:
    with database.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0001'"))
    assert not check(database)["migrations"].ok


def test_an_unreachable_database_is_said_to_be() -> None:
    database = create_database("postgresql://nobody@127.0.0.1:1/none")
    assert {name: found.ok for name, found in check(database).items()} == {"database": False}
    database.dispose()
