"""Removing versions: refused, retired or gone, as their instances and others need it."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import Engine, tables
from engine.commands.migrate import plan_migration, run_migration
from engine.commands.release import release_version
from engine.commands.remove import VersionInForce, VersionInUse, remove_version
from engine.commands.restart import restart_instance
from engine.definitions import Definition, Definitions, ProcessUnknown
from engine.failures import VersionRetired
from engine.queries.definitions import versions_of
from tests.diagrams import diagram, end, flows, start, user
from tests.integration.engine.conftest import SELLER
from tests.integration.engine.reviewing import REVIEW, begin, complete, count, deploy, task_of
from tests.integration.engine.test_migrating import versions


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


def test_no_other_version_gets_the_number_of_one_that_is_gone(engine: Engine) -> None:
    deploy(engine, drawn("one"))
    deploy(engine, drawn("two"))
    first, second = versions(engine)
    release(engine, first)
    assert remove(engine, second) is True
    deploy(engine, drawn("three"))
    assert shown(engine) == [(3, False), (1, False)]


def test_nothing_begins_again_on_one_that_was_retired(engine: Engine, work: Callable[[], int]) -> None:
    deploy(engine, drawn("one"))
    deploy(engine, drawn("two"))
    old, new = versions(engine)
    ended = begin(engine)
    complete(engine, task_of(engine, ended).id)
    release(engine, old)
    begin(engine, key="K2")
    with engine.transaction() as session:
        chosen = {"review": {"one": "two"}}
        migration_id = plan_migration(engine, session, old, new, chosen=chosen, reason="x", actor=SELLER)
    work()
    assert remove(engine, new) is False, "a migration that is only checked doesn't hold it"
    with pytest.raises(VersionRetired), engine.transaction() as session:
        run_migration(engine, session, migration_id, reason="x", actor=SELLER)
    with pytest.raises(VersionRetired), engine.transaction() as session:
        restart_instance(engine, session, ended, ("review", "two"), variables={}, reason="x", actor=SELLER)


@pytest.mark.parametrize("used", [False, True])
def test_a_start_during_a_rollback_and_a_removal_begins_on_what_is_in_force(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, used: bool
) -> None:
    deploy(engine, drawn("one"))
    deploy(engine, drawn("two"))
    first, second = versions(engine)
    if used:
        complete(engine, task_of(engine, begin(engine)).id)
    real, asked = Definitions.released, []

    def then_gone(self: Definitions, session: Session, process_id: str) -> Definition:
        found = real(self, session, process_id)
        asked.append(found.version)
        if len(asked) == 1:
            release(engine, first)
            assert remove(engine, second) is not used
        return found

    monkeypatch.setattr(Definitions, "released", then_gone)
    begin(engine, key="K2")
    assert asked[0] == 2
    with engine.transaction() as session:
        assert session.scalars(sa.select(tables.UserTask.element_id)).all() == ["one"]


def test_of_a_removal_and_a_deployment_of_the_same_files_one_comes_first(engine: Engine) -> None:
    deploy(engine, drawn("one"))
    deploy(engine, drawn("two"))
    first = versions(engine)[0]
    refused: list[BaseException] = []

    def try_to_remove() -> None:
        try:
            remove(engine, first)
        except VersionInForce as error:
            refused.append(error)

    with engine.transaction() as session:
        engine.deploy(session, {"0.bpmn": drawn("one")}, actor=SELLER)
        remover = threading.Thread(target=try_to_remove)
        remover.start()
        remover.join(0.2)
        assert remover.is_alive()
    remover.join()
    assert len(refused) == 1
    second = versions(engine)[1]
    with engine.transaction() as session:
        remove_version(engine, session, second, reason="x", actor=SELLER)
        deployer = threading.Thread(target=deploy, args=(engine, drawn("two")))
        deployer.start()
        deployer.join(0.2)
        assert deployer.is_alive()
    deployer.join()
    assert shown(engine) == [(3, False), (1, False)]
    begin(engine)
    with engine.transaction() as session:
        assert session.scalars(sa.select(tables.UserTask.element_id)).all() == ["two"]


def release(engine: Engine, definition_id: uuid.UUID) -> None:
    with engine.transaction() as session:
        release_version(engine, session, definition_id, reason="退回", actor=SELLER)
