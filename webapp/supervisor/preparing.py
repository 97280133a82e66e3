"""Bringing a database to where web and worker can start: schema, diagrams, demo data."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.actors import SYSTEM
from engine.database import create_database
from processes.demo import load_demo
from webapp import migrations
from webapp.bootstrap import Tuidan, build
from webapp.bundles import read_bundle
from webapp.settings import Settings


def prepare_database(settings: Settings, say: Callable[[str], None]) -> None:
    """Migrate, deploy the folder's files unless they were before, and load demo data once.

    Args:
        settings: They name a database that answers.
        say: Shows a line of progress.

    Raises:
        TuidanError: A diagram is refused, for one.
    """
    database = create_database(str(settings.database_url), pool_size=1)
    try:
        before, after = migrations.upgrade(database)
    finally:
        database.dispose()
    if before != after:
        say(f"migrated the database from {before or 'empty'} to {after}")
    tuidan = build(settings)
    try:
        _deploy(tuidan, read_bundle(settings.bpmn_dir), say)
        if settings.demo_data:
            load_demo(tuidan.engine, tuidan.transaction, tuidan.evidence, tuidan.clock.now(), say)
    finally:
        tuidan.close()


def _deploy(tuidan: Tuidan, files: Mapping[str, str], say: Callable[[str], None]) -> None:
    """Deploy files that were never deployed; known ones may have been replaced by an analyst since."""
    with tuidan.transaction() as session:
        if tuidan.engine.definitions.is_known(session, files):
            tuidan.engine.definitions.number_released_tables(session)
            return
        result = tuidan.engine.deploy(session, files, actor=SYSTEM, note="bpmn/")
    new = [f"{process.process_id} v{process.version}" for process in result.processes if process.created]
    say(f"deployed {', '.join(new) or 'bpmn/'}")
