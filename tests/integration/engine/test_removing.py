"""Removing versions: refused, retired or gone, as their instances and others need it."""

from __future__ import annotations

import uuid

import pytest
import sqlalchemy as sa

from engine import Engine, tables
from engine.commands.migrate import plan_migration
from engine.commands.release import release_version
from engine.commands.remove import VersionInForce, VersionInUse, VersionRetired, remove_version
from engine.definitions import ProcessUnknown
from engine.queries.definitions import versions_of
from tests.diagrams import diagram, end, flows, start, user
from tests.integration.engine.conftest import SELLER
from tests.integration.engine.test_migrating import versions
from tests.integration.engine.test_steps import REVIEW, begin, complete, count, deploy, task_of


def drawn(name: str) -> str:
    return diagram("review", start(), user(name, "'shop:1'"), end(), flows("start", name, "end"))


def remove(engine: Engine, definition_id: uuid.UUID) -> bool:
    with engine.transaction() as session:
        return remove_version(engine, session, definition_id, reason="不用了", actor=SELLER)


def shown(engine: Engine) -> list[tuple[int, bool]]:
    with engine.transaction() as session:
        return [(row.version, row.retired) for row in versions_of(session, "review")]


def test_a_version_in_force_or_in_use_stays(engine: Engine) -> None:
    deploy(engine, REVIEW)
    begin(engine)
    with pytest.raises(VersionInForce):
        remove(engine, versions(engine)[0])
    deploy(engine, drawn("other"))
    with pytest.raises(VersionInUse):
        remove(engine, versions(engine)[0])
    with pytest.raises(ProcessUnknown):
        remove(engine, uuid.uuid4())
    assert len(versions(engine)) == 2


def test_one_that_was_used_is_retired_and_stays_readable(engine: Engine) -> None:
    deploy(engine, REVIEW)
    instance_id = begin(engine)
    complete(engine, task_of(engine, instance_id).id, decision="agree")
    first = versions(engine)[0]
    deploy(engine, drawn("other"))
    assert remove(engine, first) is False
    with pytest.raises(VersionRetired):
        remove(engine, first)
    with engine.transaction() as session:
        kept = session.get_one(tables.ProcessDefinition, first)
        assert engine.definitions.files(session, kept.deployment_id)
    assert shown(engine) == [(2, False), (1, True)]
    with pytest.raises(VersionRetired), engine.transaction() as session:
        release_version(engine, session, first, reason="x", actor=SELLER)
    with pytest.raises(VersionRetired), engine.transaction() as session:
        plan_migration(engine, session, versions(engine)[1], first, chosen={}, reason="x", actor=SELLER)
    deploy(engine, REVIEW)  # the same files again make it choosable again
    assert shown(engine) == [(2, False), (1, False)]


def test_one_that_was_never_used_goes_with_its_files(engine: Engine) -> None:
    deploy(engine, REVIEW)
    deploy(engine, drawn("one"))
    deploy(engine, drawn("two"))
    middle = versions(engine)[1]
    assert remove(engine, middle) is True
    assert middle not in versions(engine)
    assert count(engine, tables.Deployment) == 2
    with engine.transaction() as session:
        record = session.scalars(sa.select(tables.CommandRecord)).one()
    assert (record.command, record.reason, record.changes) == (
        "remove_version",
        "不用了",
        {"version": 2, "gone": True},
    )
