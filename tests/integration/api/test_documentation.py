"""The requests in the documentation of the HTTP API work as they stand."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.integration.api.callers import Caller

PAGE = Path(__file__).resolve().parents[3] / "docs" / "api.md"
REQUEST = re.compile(r'curl -sS "\$TUIDAN(?P<path>[^"]+)"(?P<rest>[^`]*?)(?=\n```|\ncurl )', re.DOTALL)
BODY = re.compile(r"-d '(?P<body>.*)'", re.DOTALL)


def test_every_request_of_the_documentation_works(api: Caller) -> None:
    found = {"S20260310000001": "", "C20260310000001": ""}
    statuses = []
    later = []
    for match in REQUEST.finditer(PAGE.read_text(encoding="utf-8")):
        path = match["path"]
        body = BODY.search(match["rest"])
        if "/cases/" in path:
            later.append(path)
            continue
        for written, real in found.items():
            path = path.replace(written, real)
        answer = api.post(path, json.loads(body["body"])) if body else api.get(path)
        assert answer.json is not None
        statuses.append(answer.status_code)
        found["S20260310000001"] = answer.json.get("shipment_no", found["S20260310000001"])
        found["C20260310000001"] = answer.json.get("case_no", found["C20260310000001"])
    assert statuses == [201, 200, 201, 201, 201, 200, 201]
    case = "/cases/C20260310000001"
    messages = [f"{case}/messages", f"{case}/messages", f"{case}/messages/read"]
    assert later == [case, f"{case}/decision", f"{case}/inspection", *messages]
    assert api.get(f"/cases/{found['C20260310000001']}").status_code == 200
