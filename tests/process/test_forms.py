"""The forms of the user tasks: readable, in both languages, and with the codes of the rules."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.forms import Form, FormInvalid
from processes.cases.reasons import REFUSALS
from tests.process.bundle import files, roots

SPIFF = "{http://spiffworkflow.org/bpmn/schema/1.0/core}"
FORMS = sorted(name for name in files() if name.endswith(".form"))


def _components(name: str) -> list[dict[str, Any]]:
    return list(json.loads(files()[name])["components"])


@pytest.mark.parametrize("name", FORMS)
def test_words_are_in_both_languages(name: str) -> None:
    for component in _components(name):
        kind = "text" if component["type"] == "text" else "label"
        assert component[kind]
        assert component["properties"][f"{kind}_en"]
        assert bool(component.get("description")) == bool(component["properties"].get("description_en"))
        values = {option["value"] for option in component.get("values", [])}
        assert values == set(json.loads(component["properties"].get("values_en", "{}")))


def test_each_form_is_asked_by_a_task_and_each_task_has_its_form() -> None:
    asked = {
        f"forms/{item.get('value')}"
        for root in roots().values()
        for item in root.iter(f"{SPIFF}property")
        if item.get("name") == "formJsonSchemaFilename"
    }
    assert asked == set(FORMS)


@pytest.mark.parametrize("name", ["forms/review_request.form", "forms/confirm_return.form"])
def test_refusals_are_those_of_the_rules(name: str) -> None:
    codes = next(c for c in _components(name) if c.get("key") == "refusal_code")
    for option in codes["values"]:
        assert option["label"] == REFUSALS[option["value"]].zh


def test_every_refusal_can_be_given_somewhere() -> None:
    given = {
        option["value"]
        for name in FORMS
        for component in _components(name)
        if component.get("key") == "refusal_code"
        for option in component["values"]
    }
    assert given == set(REFUSALS)


@pytest.mark.parametrize(
    ("name", "values", "wrong"),
    [
        ("review_request", {}, {"decision": "required"}),
        ("review_request", {"decision": "maybe"}, {"decision": "not_an_option"}),
        (
            "review_request",
            {"decision": "refuse"},
            {"refusal_code": "required", "explanation": "required"},
        ),
        ("answer_refusal", {"answer": "escalate"}, {"escalation_text": "required"}),
        ("send_back", {"carrier": "顺丰"}, {"tracking_no": "required"}),
        ("send_back", {"carrier": "顺丰", "tracking_no": "1"}, {"tracking_no": "too_short"}),
        (
            "confirm_return",
            {"inspection": "reject", "refusal_code": "RETURN_WRONG_ITEM"},
            {"explanation": "required"},
        ),
        ("statement", {"text": "   "}, {"text": "required"}),
        (
            "ruling",
            {"ruling": "buyer", "reasons": "理由充分"},
            {"freight_payer": "required", "fault": "required"},
        ),
        (
            "ruling",
            {"ruling": "partial", "reasons": "理由充分", "fault": "seller", "freight_payer": "nobody"},
            {"ruled_amount": "required"},
        ),
        ("answer_ruling", {"ruling_answer_given": "appeal"}, {"appeal_text": "required"}),
        ("report_interception", {"intercepted": True}, {"intercepted": "not_an_option"}),
        ("reopen_return", {"more": 1}, {"more": "unknown_field"}),
    ],
)
def test_what_a_form_refuses(name: str, values: dict[str, Any], wrong: dict[str, str]) -> None:
    with pytest.raises(FormInvalid) as refused:
        Form.parse(files()[f"forms/{name}.form"]).validate(values)
    assert refused.value.fields == wrong


def test_an_agreement_needs_no_reason() -> None:
    form = Form.parse(files()["forms/review_request.form"])
    assert form.validate({"decision": "agree", "refusal_code": "CUSTOM_MADE"}) == {"decision": "agree"}
