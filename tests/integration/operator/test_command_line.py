"""What is done on the command line stands in the record: the machine's user, why, and what it changed."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask.testing import FlaskClient

from engine.tables import CommandRecord
from tests.diagrams import diagram, end, flows, start, user
from tests.trials import Trial
from webapp.cli.__main__ import main

CALL = diagram("call_back", start(), user("call", "'operator'"), end(), flows("start", "call", "end"))
ADDRESS = ["--return-name", "仓库", "--return-phone", "1", "--return-address", "杭州"]
STEPS: tuple[tuple[list[str], str, dict[str, Any]], ...] = (
    (
        ["shop", "create", "nine", "--name", "九号店", *ADDRESS],
        "create_shop",
        {"shop": "nine", "name": "九号店"},
    ),
    (["shop", "token", "nine"], "issue_shop_token", {"shop": "nine"}),
    (
        ["shop", "tender-order", "nine", "balance"],
        "set_tender_order",
        {"shop": "nine", "before": None, "after": "balance"},
    ),
    (["shop", "close", "nine"], "close_shop", {"shop": "nine"}),
    (["account", "token", "operator-1"], "issue_token", {"login": "operator-1"}),
    (["account", "token", "operator-1", "--withdraw"], "withdraw_token", {"login": "operator-1"}),
    (
        ["account", "password", "buyer-1", "--password", "another password"],
        "set_password",
        {"login": "buyer-1"},
    ),
    (["carrier", "add", "顺丰"], "add_carrier", {"name": "顺丰", "carriers": []}),
    (["record"], "rebuild_record", {}),
)


def test_each_change_is_recorded_with_who_and_why(
    trial: Trial, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TUIDAN_DATABASE_URL", str(trial.tuidan.settings.database_url))
    monkeypatch.setenv("TUIDAN_DATA_DIR", str(tmp_path))
    (tmp_path / "bundle").mkdir()
    (tmp_path / "bundle" / "call_back.bpmn").write_text(CALL, encoding="utf-8")
    deploy = ["deploy", str(tmp_path / "bundle"), "--note", "月末"]
    for arguments in (*(step[0] for step in STEPS), deploy, ["clock", "forward", "PT1H"]):
        why = [] if arguments[0] == "deploy" else ["--reason", "月末"]
        done = CliRunner().invoke(main, [*arguments, *why])
        assert done.exit_code == 0, done.output
    with trial.tuidan.transaction() as session:
        rows = session.scalars(sa.select(CommandRecord).order_by(CommandRecord.id)).all()
    me = getpass.getuser()
    assert [row.command for row in rows] == [*(step[1] for step in STEPS), "deploy", "move_clock"]
    assert {(row.actor_id, row.actor_name, row.reason) for row in rows} == {
        (f"cli:{me}", f"{me} (command line)", "月末")
    }
    for row, (_, _, changes) in zip(rows, STEPS, strict=False):
        assert changes.items() <= row.changes.items()
    assert rows[-2].changes["new_versions"] == {"call_back": 1}
    assert rows[-1].changes["seconds"] == 3600
    assert "another password" not in str([row.changes for row in rows])
    page = client.get(f"/operator/record?person={me}&kind=deploy").text
    assert (page.count("<tr>"), "(command line)" in page, "call_back" in page) == (2, True, True)
    assert CliRunner().invoke(main, ["remove", "call_back", "1"]).exit_code == 2, "it needs a reason"
