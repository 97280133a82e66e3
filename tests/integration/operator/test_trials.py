"""Moving the demo clock and letting the refund gateway misbehave; neither exists in production."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from flask.testing import FlaskClient

from engine.tables import ProcessInstance
from processes.money.ledger.faults import current_faults
from processes.people.roles import Role
from tests.jobs import run_due_work
from tests.trials import Trial
from webapp.app import create_app


def test_the_clock_moves_and_timers_fire(trial: Trial, client: FlaskClient) -> None:
    instance_id = trial.start("C1")
    before = trial.tuidan.clock.now()
    assert client.post("/operator/trials/clock", data={"by": "PT48H"}).status_code == 303
    assert trial.tuidan.clock.now() - before >= dt.timedelta(hours=48)
    run_due_work(trial.tuidan.engine)
    with trial.tuidan.transaction() as session:
        assert session.get_one(ProcessInstance, instance_id).status == "completed"


def test_it_moves_to_the_next_timer(trial: Trial, client: FlaskClient) -> None:
    before = trial.tuidan.clock.now()
    client.post("/operator/trials/clock", data={"by": "next"})
    assert trial.tuidan.clock.now() - before < dt.timedelta(minutes=1)
    trial.start("C1")
    client.post("/operator/trials/clock", data={"by": "next"})
    passed = trial.tuidan.clock.now() - before
    assert dt.timedelta(hours=48) <= passed < dt.timedelta(hours=49)


def test_the_gateway_can_be_told_to_misbehave(trial: Trial, client: FlaskClient) -> None:
    data = {"mode": "late", "count": "3", "delay_minutes": "45"}
    assert client.post("/operator/trials/gateway", data=data).status_code == 303
    with trial.tuidan.transaction() as session:
        fault = current_faults(session)[0]
        assert (fault.mode, fault.remaining, fault.delay_seconds) == ("late", 3, 2700)
    assert client.get("/operator/trials").status_code == 200
    client.post("/operator/trials/gateway", data={"clear": "1"})
    with trial.tuidan.transaction() as session:
        assert current_faults(session) == []


@pytest.mark.parametrize(
    ("data", "remaining"),
    [({"mode": "fail", "count": "-5"}, 1), ({"mode": "fail", "count": "99999999"}, 1000)],
)
def test_numbers_out_of_range_are_brought_into_it(
    trial: Trial, client: FlaskClient, data: dict[str, str], remaining: int
) -> None:
    client.post("/operator/trials/gateway", data=data)
    with trial.tuidan.transaction() as session:
        assert current_faults(session)[0].remaining == remaining


def test_unknown_modes_change_nothing(trial: Trial, client: FlaskClient) -> None:
    client.post("/operator/trials/gateway", data={"mode": "explode"})
    with trial.tuidan.transaction() as session:
        assert current_faults(session) == []


def test_production_knows_none_of_it(trial: Trial) -> None:
    settings = dataclasses.replace(trial.tuidan.settings, environment="production", demo_clock=False)
    product = dataclasses.replace(trial.tuidan, settings=settings)
    app = create_app(product)
    app.config.update(WTF_CSRF_ENABLED=False)
    client = app.test_client()
    client.post("/sign-in", data={"login": f"{Role.OPERATOR}-1", "password": "a-password-for-trials"})
    assert "/operator/trials" not in client.get("/operator/").text
    assert client.get("/operator/trials").status_code == 404
    assert client.post("/operator/trials/clock", data={"by": "PT48H"}).status_code == 404
    assert client.post("/operator/trials/gateway", data={"mode": "fail"}).status_code == 404
