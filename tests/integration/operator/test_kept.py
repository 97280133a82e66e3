"""The pages of kept messages and of what starts instances."""

from __future__ import annotations

import uuid

from flask.testing import FlaskClient

from engine.ids import new_id
from engine.tables import SentMessage
from processes.people.roles import Role
from tests.trials import Trial


def test_a_kept_message_is_found_sent_again_and_discarded(trial: Trial, client: FlaskClient) -> None:
    sender = trial.start("C1")
    ids = [new_id(), new_id()]
    with trial.tuidan.transaction() as session:
        for number, message_id in enumerate(ids):
            session.add(
                SentMessage(
                    id=message_id,
                    message="parcel_lost",
                    business_key=f"K{number}",
                    payload={"note": "<b>"},
                    sent_at=trial.tuidan.clock.now(),
                    sender_id=sender,
                    element_id="tell",
                )
            )
    shown = client.get("/operator/kept").text
    assert "parcel_lost" in shown
    assert "&lt;b&gt;" in shown
    assert "K1" not in client.get("/operator/kept?key=K0&name=parcel_lost").text
    assert "parcel_lost" not in client.get("/operator/kept?state=expired").text
    assert client.get("/operator/kept?after=rubbish~1&name=%00").status_code == 200
    address = f"/operator/kept/{ids[0]}"
    assert client.post(f"{address}/resend", data={"key": "K9", "reason": ""}).status_code == 400
    assert client.post(f"{address}/resend", data={"key": "K9", "reason": "补发"}).status_code == 303
    assert "K9" in client.get("/operator/kept?key=K9").text
    assert client.post(f"{address}/discard", data={"reason": "不要了"}).status_code == 303
    assert client.post(f"{address}/discard", data={"reason": "不要了"}).status_code == 404
    assert "不要了" in client.get(f"/operator/instances/{sender}").text
    assert client.get("/operator/starts").status_code == 200
    form = {"name": "parcel_found", "key": "K7", "payload": "{}", "reason": "x"}
    assert client.post("/operator/sending/message", data=form).status_code == 409
    assert client.post("/operator/sending/message", data=form | {"keep_for": "P9Y"}).status_code == 400
    assert client.post("/operator/sending/message", data=form | {"keep_for": "P1D"}).status_code == 303
    assert "K7" in client.get("/operator/sending").text
    shown = client.get("/operator/kept?key=K7").text
    assert "按发送者所说" in shown
    assert "由运维人员" in shown


def test_kept_messages_are_for_operators(trial: Trial) -> None:
    analyst = trial.client(Role.ANALYST)
    for page in ("/operator/kept", "/operator/starts"):
        assert analyst.get(page).status_code == 403
    assert analyst.post(f"/operator/kept/{uuid.uuid4()}/discard").status_code == 403
