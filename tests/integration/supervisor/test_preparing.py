"""What every start does to the database, and what it leaves alone."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from engine.actors import SYSTEM
from webapp.bootstrap import Tuidan
from webapp.bundles import read_bundle
from webapp.supervisor.preparing import prepare_database


def test_a_start_keeps_what_an_analyst_has_deployed_since(tuidan: Tuidan) -> None:
    files = dict(read_bundle(tuidan.settings.bpmn_dir))
    files["cancellation_limits.dmn"] = files["cancellation_limits.dmn"].replace('"PT48H"', '"PT47H"')
    with tuidan.transaction() as session:
        changed = tuidan.engine.deploy(session, files, actor=SYSTEM, note="an analyst's")
    said: list[str] = []
    prepare_database(tuidan.settings, said.append)
    assert said == []
    with tuidan.transaction() as session:
        released = tuidan.engine.definitions.released(session, "buyer_cancellation")
    assert released.id in {process.definition_id for process in changed.processes}


def test_a_start_deploys_files_that_are_new(tuidan: Tuidan, tmp_path: Path) -> None:
    for name, text in read_bundle(tuidan.settings.bpmn_dir).items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text.replace('"PT48H"', '"PT46H"'), encoding="utf-8")
    said: list[str] = []
    prepare_database(dataclasses.replace(tuidan.settings, bpmn_dir=tmp_path), said.append)
    assert len(said) == 1
    assert "seller_handling v1" not in said[0]
    assert "buyer_cancellation v2" in said[0]
