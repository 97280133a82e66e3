"""A changed table is tried on past decisions: who, how much, by shop and reason."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from engine import worker
from engine.actors import Actor
from engine.candidates import CandidateInvalid
from engine.clock import FixedClock
from engine.queries.decisions import table_versions
from engine.tables import DecisionRecord
from processes.automation import replaying
from processes.automation.ending import (
    KEPT,
    WhatIfEnded,
    WhatIfOfAnother,
    delete_what_if,
    forget_what_ifs,
    stop_what_if,
)
from processes.automation.reading import WhatIfNotFound, changes, what_if_run, what_if_runs
from processes.automation.replaying import ask_what_if, replay_batch
from processes.automation.summing import sums
from processes.automation.tables import WhatIf, WhatIfChange, WhatIfSum
from processes.people.accounts import create_account
from processes.people.roles import Role
from tests.integration.cases.play import Play
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


def ask(play: Play, actor: Actor) -> uuid.UUID:
    with play.tuidan.transaction() as session:
        return ask_what_if(
            session,
            decision_id="automatic_decision",
            file_name="automatic_decision.dmn",
            text=LARGER,
            since=play.clock.now() - dt.timedelta(days=30),
            actor=actor,
            now=play.clock.now(),
        )


def test_whoever_asked_stops_and_deletes_it(play: Play, client: FlaskClient) -> None:
    now = play.clock.now()
    form = {"name": "automatic_decision.dmn", "text": LARGER, "days": "30"}
    address = client.post("/analyst/what-if", data=form).headers["Location"]
    run_id = uuid.UUID(address.rsplit("/", 1)[1])
    assert "0%" in client.get(address).text
    with play.tuidan.transaction() as session:
        for end in (stop_what_if, delete_what_if):
            with pytest.raises(WhatIfOfAnother):
                end(session, run_id, actor=play.seller, now=now)
    assert client.post(f"{address}/stop").status_code == 303
    play.work()
    page = client.get(address).text
    assert "部分结果" in page
    assert "停止试算" not in page
    with play.tuidan.transaction() as session:
        assert what_if_run(session, run_id).replayed == 0
        mine = Actor(id=what_if_run(session, run_id).asked_by, name="")
        with pytest.raises(WhatIfEnded):
            stop_what_if(session, run_id, actor=mine, now=now)
    other = client.get(f"/analyst/what-if/{ask(play, play.seller)}").text
    assert "删除试算" not in other
    assert client.post(f"{address}/delete").status_code == 303
    assert client.get(address).status_code == 404
    assert client.post(f"{address}/delete").status_code == 404


def test_what_was_deleted_or_is_old_goes_with_its_rows(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("processes.automation.ending.PART", 1)
    tuidan = play.tuidan
    deleted, old = ask(play, play.seller), ask(play, play.buyer)
    play.work()
    with tuidan.transaction() as session:
        assert session.get_one(WhatIf, old).changed == 1
        assert not forget_what_ifs(session, play.clock.now())
        delete_what_if(session, deleted, actor=play.seller, now=play.clock.now())
        with pytest.raises(WhatIfNotFound):
            what_if_run(session, deleted)
        assert [run.id for run in what_if_runs(session)] == [old]
    later = play.clock.now() + KEPT + dt.timedelta(seconds=1)
    for left in (1, 0):
        for _ in range(2):
            with tuidan.transaction() as session:
                assert forget_what_ifs(session, later if left == 0 else play.clock.now())
        with tuidan.transaction() as session:
            assert session.scalar(sa.select(sa.func.count()).select_from(WhatIf)) == left
            assert session.scalar(sa.select(sa.func.count()).select_from(WhatIfChange)) == left
            assert (session.scalar(sa.select(sa.func.count()).select_from(WhatIfSum)) == 0) is (left == 0)


def test_sums_that_are_kept_are_those_of_the_cases_each_once(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replaying, "BATCH", 2)
    other = play.ask(play.order(lines=[(4000, 2)]))
    assert play.view(other).case.decided_how is None
    with play.tuidan.transaction() as session:
        # Asked again for each case, in a batch of its own, and once for no case at all.
        record = DecisionRecord
        columns = [c for c in record.__table__.columns if c.name != "id"]
        again = sa.select(*columns).where(record.decision_id == "automatic_decision").order_by(record.id)
        session.execute(sa.insert(record).from_select([c.name for c in columns], again))
        for_none = [sa.literal("X1") if c.name == "business_key" else c for c in columns]
        one = sa.select(*for_none).where(
            record.business_key == other, record.decision_id == "automatic_decision"
        )
        session.execute(sa.insert(record).from_select([c.name for c in columns], one.limit(1)))
    run_id = ask(play, play.seller)
    play.work()
    with play.tuidan.transaction() as session:
        change = WhatIfChange
        cases = (
            sa.select(change.business_key, change.shop_id, change.reason, change.currency, change.amount)
            .where(change.what_if_id == run_id)
            .distinct()
            .subquery()
        )
        total = session.execute(sa.select(sa.func.count(), sa.func.sum(cases.c.amount))).one()
        assert session.get_one(WhatIf, run_id).changed > total[0] >= 3
        for by in ("", "shop", "reason"):
            found = sums(session, run_id, by)
            assert (sum(one.cases for one in found), sum(one.amount for one in found)) == tuple(total)
            assert [one.amount for one in found] == sorted((one.amount for one in found), reverse=True)
        assert {one.group for one in sums(session, run_id, "shop")} == {"小店", None}
        assert {one.group for one in sums(session, run_id, "reason")} == {"B_MIND", None}
        assert {one.currency for one in sums(session, run_id)} == {"CNY", None}


def test_a_table_has_a_version_of_its_own_that_its_answers_keep(play: Play, client: FlaskClient) -> None:
    tuidan = play.tuidan
    bundle = {path.name: path.read_text(encoding="utf-8") for path in (PROJECT / "bpmn").glob("*.[bd]*mn")}
    forms = {
        f"forms/{path.name}": path.read_text(encoding="utf-8")
        for path in (PROJECT / "bpmn" / "forms").glob("*.form")
    }
    analyst = Actor(id="analyst", name="分析师")
    with tuidan.transaction() as session:
        deploy = tuidan.engine.deploy
        deploy(session, bundle | forms | {"automatic_decision.dmn": LARGER}, actor=analyst, note="放宽")
        versions = table_versions(session, "automatic_decision")
        assert (versions[0].version, versions[0].deployed_by) == (2, "analyst")
        assert [one.version for one in table_versions(session, "liability_and_freight")] == [1]
        # Drawn otherwise, it says the same.
        moved = LARGER.replace('x="', 'x="1', 1)
        deploy(session, bundle | forms | {"automatic_decision.dmn": moved}, actor=analyst, note="")
        assert len(table_versions(session, "automatic_decision")) == 2
    case_no = play.ask(play.order(lines=[(4000, 2)]))
    assert play.view(case_no).case.decided_how == "automatic"
    with tuidan.transaction() as session:
        record = DecisionRecord
        answered = sa.select(record.digest).where(record.decision_id == "automatic_decision")
        first, second, newest = session.scalars(answered.order_by(record.id))
        assert (first == second, newest == versions[0].digest) == (True, True)
        session.execute(sa.update(record).where(record.digest == newest).values(digest=None))
    form = {"name": "automatic_decision.dmn", "text": LARGER, "days": "30"}
    address = client.post("/analyst/what-if", data=form).headers["Location"]
    play.work()
    page = client.get(address).text
    assert "版本 1" in page
    assert "版本记录之前" in page
    with tuidan.transaction() as session:
        run = what_if_run(session, uuid.UUID(address.rsplit("/", 1)[1]))
        assert run.versions == {first: [2, 1], "": [1, 0]}


KILLED = """
import sys
from engine import worker
from processes.automation import replaying
from webapp.bootstrap import build
from webapp.settings import Settings

replaying.BATCH = 1
tuidan = build(Settings(database_url=sys.argv[1], demo_data=False))
worker.run(tuidan.engine, sys.argv[1], concurrency=1)
"""


def test_it_goes_on_after_its_worker_was_killed(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "SILENT_SECONDS", 1.0)
    monkeypatch.setattr(worker, "HOUSEKEEPING_SECONDS", 0.5)
    tuidan = play.tuidan
    url = tuidan.settings.database_url
    assert url is not None
    with tuidan.transaction() as session:
        record = DecisionRecord.__table__
        kept = [column for column in record.columns if column.name != "id"]
        many = sa.func.generate_series(1, 400).table_valued("number")
        copied = sa.select(*kept).select_from(sa.join(record, many, sa.true()))
        copied = copied.where(record.c.decision_id == "automatic_decision")
        session.execute(sa.insert(DecisionRecord).from_select([column.name for column in kept], copied))
    run_id = ask(play, play.seller)

    def come_to(replayed: int) -> WhatIf:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with tuidan.transaction() as session:
                run = what_if_run(session, run_id)
                if run.replayed >= replayed or run.status == "done":
                    return run
            time.sleep(0.02)
        raise TimeoutError(run_id)

    killed = subprocess.Popen([sys.executable, "-c", KILLED, url], cwd=PROJECT)
    come_to(3)
    killed.kill()
    killed.wait(timeout=30)
    assert come_to(3).status == "running"
    stop = threading.Event()
    thread = threading.Thread(target=worker.run, args=(tuidan.engine, url), kwargs={"stop": stop})
    thread.start()
    run = come_to(803)
    stop.set()
    thread.join(timeout=60)
    assert (run.status, run.replayed, run.changed) == ("done", 802, 401)


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
