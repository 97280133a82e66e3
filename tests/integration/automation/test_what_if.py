"""A changed table is tried on past decisions: who, how much, by shop and reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from engine.candidates import CandidateInvalid
from engine.clock import FixedClock
from engine.tables import DecisionRecord
from processes.automation import replaying
from processes.automation.reading import changes, sums, what_if_run
from processes.automation.replaying import ask_what_if, replay_batch
from processes.people.accounts import create_account
from processes.people.roles import Role
from tests.integration.cases.test_flows import Play
from webapp.app import create_app
from webapp.bootstrap import Tuidan
from webapp.settings import PROJECT

PASSWORD = "a-password-for-analysts"
TABLE = Path(PROJECT / "bpmn" / "automatic_decision.dmn").read_text(encoding="utf-8")
# Whoever asks, whatever it is worth: everything up to 90 yuan is agreed to.
LARGER = TABLE.replace("&lt;= 3000", "&lt;= 9000").replace('<text>"good"</text>', "<text>-</text>")


@pytest.fixture
def play(tuidan: Tuidan, clock: FixedClock, work: Callable[[], int]) -> Play:
    """Two cases that waited for the seller, of 60 and 100 yuan."""
    play = Play(tuidan, clock, work)
    for price in (3000, 5000):
        play.do(play.ask(play.order(lines=[(price, 2)])), play.seller, decision="agree")
    return play


@pytest.fixture
def client(play: Play) -> FlaskClient:
    """A browser in which an analyst is signed in."""
    with play.tuidan.transaction() as session:
        create_account(
            session,
            login="analyst1",
            display_name="分析师",
            role=Role.ANALYST,
            password=PASSWORD,
            now=play.clock.now(),
        )
    client = create_app(play.tuidan).test_client()
    client.application.config["WTF_CSRF_ENABLED"] = False
    client.post("/sign-in", data={"login": "analyst1", "password": PASSWORD})
    return client


def test_who_and_how_much_would_change_is_shown(play: Play, client: FlaskClient) -> None:
    assert "/analyst/what-if" in client.get("/analyst/").text
    form = {"name": "automatic_decision.dmn", "text": LARGER, "days": "30"}
    answer = client.post("/analyst/what-if", data=form)
    assert answer.status_code == 303
    address = answer.headers["Location"]
    assert "试算中" in client.get(address).text
    play.work()
    assert client.get(f"{address}?part=progress").headers["HX-Refresh"] == "true"
    page = client.get(address).text
    assert "60.00" in page
    assert "小店" in page
    assert "不想要了" in page
    assert "small_amount" in page
    assert "100.00" not in page
    assert LARGER.splitlines()[3].strip().split(">")[0].split("<")[-1] in page  # to be deployed from here
    same = client.post("/analyst/what-if", data=form | {"text": TABLE})
    play.work()
    assert "没有任何结果会不同" in client.get(same.headers["Location"]).text


def test_it_goes_on_in_batches_and_explains_what_it_could_not_replay(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replaying, "BATCH", 1)
    tuidan = play.tuidan
    with tuidan.transaction() as session:
        record = session.scalars(
            sa.select(DecisionRecord).where(DecisionRecord.decision_id == "automatic_decision")
        ).first()
        assert record is not None
        record.inputs = None
        session.execute(
            sa.delete(DecisionRecord).where(DecisionRecord.decision_id == "liability_and_freight")
        )
        run_id = ask_what_if(
            session,
            decision_id="automatic_decision",
            file_name="automatic_decision.dmn",
            text=LARGER,
            since=play.clock.now() - dt.timedelta(days=30),
            actor=play.seller,
            now=play.clock.now(),
        )
    while replay_batch(tuidan.engine, run_id):
        pass
    assert not replay_batch(tuidan.engine, run_id)
    with tuidan.transaction() as session:
        run = what_if_run(session, run_id)
        assert (run.status, run.replayed, run.unrecorded, run.changed) == ("done", 2, 1, 0)
        assert run.without_record == 0
        assert sums(session, run_id) == []
        assert changes(session, run_id).rows == ()
        with pytest.raises(CandidateInvalid):
            ask_what_if(
                session,
                decision_id="nothing",
                file_name="automatic_decision.dmn",
                text=TABLE,
                since=play.clock.now(),
                actor=play.seller,
                now=play.clock.now(),
            )


def test_what_is_no_table_is_refused(client: FlaskClient) -> None:
    for data in (
        {},
        {"name": "refund.bpmn", "text": "<x/>"},
        {"name": "automatic_decision.dmn", "text": "<nonsense"},
        {"name": "automatic_decision.dmn", "text": LARGER.replace("&lt;= 9000", "&lt;= __import__('os')", 1)},
    ):
        assert client.post("/analyst/what-if", data=data).status_code == 400
    assert client.get("/analyst/what-if/00000000-0000-7000-8000-000000000000").status_code == 404
