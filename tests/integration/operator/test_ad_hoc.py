"""Starting an activity of an ad-hoc subprocess from its instance's page."""

from __future__ import annotations

import re

from flask.testing import FlaskClient

from engine.actors import SYSTEM
from tests.integration.engine.test_ad_hoc import DESK
from tests.trials import Trial


def test_an_operator_starts_an_activity_with_a_reason(trial: Trial, client: FlaskClient) -> None:
    engine = trial.tuidan.engine
    with trial.tuidan.transaction() as session:
        engine.deploy(session, {"desk_work.bpmn": DESK}, actor=SYSTEM)
        variables = {"shop": "1", "done": False}
        instance_id = engine.start(session, "desk_work", business_key="D1", variables=variables, actor=SYSTEM)
    page = client.get(f"/operator/instances/{instance_id}").text
    urls = re.findall(r'action="(/operator/instances/[^"]*/ad-hoc/[^"]*)"', page)
    assert [url.rsplit("/", 1)[1] for url in urls] == ["call", "write"]
    assert client.post(urls[0], data={"reason": " "}).status_code == 400
    done = client.post(urls[0], data={"reason": "买家来电"})
    assert done.location == f"/operator/instances/{instance_id}"
    shown = client.get(done.location).text
    assert "买家来电" in shown
    assert "/ad-hoc/" not in shown, "one at a time"
    assert client.post(urls[1], data={"reason": "x"}).status_code in (404, 409)
