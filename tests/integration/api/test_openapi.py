"""The API's description for programs names what there is, and nothing else."""

from __future__ import annotations

import json
import re

from tests.integration.api.callers import Caller
from webapp.api import blueprint


def test_the_description_matches_the_routes(api: Caller) -> None:
    answer = api.client.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert answer.json is not None
    described = {
        (method.upper(), f"{path}")
        for path, operations in answer.json["paths"].items()
        for method in operations
    }
    routes = {
        (method, re.sub(r"<(?:uuid:)?(\w+)>", r"{\1}", rule.rule.removeprefix("/api/v1")))
        for rule in api.client.application.url_map.iter_rules()
        if rule.endpoint.startswith(f"{blueprint.name}.") and rule.rule != "/api/v1/openapi.json"
        for method in (rule.methods or set()) & {"GET", "POST"}
    }
    assert described == routes
    references = re.findall(r'"#/components/schemas/(\w+)"', json.dumps(answer.json))
    assert set(references) <= set(answer.json["components"]["schemas"])
