"""The page of the record of commands."""

from __future__ import annotations

import re
import uuid

from flask.testing import FlaskClient

from processes.people.roles import Role
from tests.trials import Trial


def test_commands_are_listed_and_found_by_kind_person_and_instance(trial: Trial, client: FlaskClient) -> None:
    assert "没有这样的操作" in client.get("/operator/record").text
    first, second = trial.start("C1"), trial.start("C2")
    for number in range(17):
        client.post(f"/operator/instances/{first}/suspend", data={"reason": f"<b>{number}"})
        client.post(f"/operator/instances/{first}/resume", data={"reason": "好"})
    client.post(f"/operator/instances/{second}/cancel", data={"reason": "作废"})
    page = client.get("/operator/record").text
    assert "取消实例" in page
    assert "&lt;b&gt;16" in page
    (following,) = re.findall(r'rel="next" href="([^"]+)"', page)
    assert "&lt;b&gt;0" in client.get(following.replace("&amp;", "&")).text
    cancelled = client.get("/operator/record?kind=cancel_requested&person=operator-1").text
    assert cancelled.count("<tr>") == 2
    assert "C2" in cancelled
    of_second = client.get(f"/operator/record?instance={second}").text
    assert ("作废" in of_second, "C1" in of_second) == (True, False)
    assert client.get("/operator/record?instance=C2").text.count("<tr>") == 2, "by its business key"
    for nothing in ("person=nobody", f"instance={uuid.uuid4()}", "instance=x", "kind=send_message"):
        assert "没有这样的操作" in client.get(f"/operator/record?{nothing}").text
    for odd in ("after=x", "after=2026-01-01T00:00:00Z~7~1", "kind=odd", "person=%00", "after=~~"):
        assert client.get(f"/operator/record?{odd}").status_code == 200
    assert trial.client(Role.ANALYST).get("/operator/record").status_code == 403
