"""Task forms: read from form-js, shown conditionally, parsed with types."""

from __future__ import annotations

import pytest
from werkzeug.datastructures import MultiDict

from webapp.taskforms import Condition, fields_of, values_from

SCHEMA = {
    "components": [
        {"type": "text", "text": "请决定", "properties": {"text_en": "Decide"}},
        {
            "type": "radio",
            "key": "decision",
            "label": "决定",
            "properties": {
                "label_en": "Decision",
                "values_en": '{"agree": "Agree"}',
                "value_en_refuse": "No",
            },
            "values": [{"label": "同意", "value": "agree"}, {"label": "拒绝", "value": "refuse"}],
            "validate": {"required": True},
        },
        {
            "type": "group",
            "components": [
                {
                    "type": "textarea",
                    "key": "explanation",
                    "label": "说明",
                    "conditional": {"hide": '=decision != "refuse"'},
                    "validate": {"required": True, "maxLength": 500},
                },
                {"type": "number", "key": "units", "label": "件数"},
                {"type": "checkbox", "key": "seen", "label": "已看"},
            ],
        },
        {"type": "button", "label": "提交"},
    ]
}


def test_texts_are_in_the_readers_language() -> None:
    chinese, english = (fields_of(SCHEMA, chinese=c) for c in (True, False))
    assert [f.label for f in chinese] == ["请决定", "决定", "说明", "件数", "已看"]
    assert [f.label for f in english][:2] == ["Decide", "Decision"]
    assert [o.label for o in english[1].options] == ["Agree", "No"]


def test_a_field_that_is_not_shown_is_not_taken() -> None:
    fields = fields_of(SCHEMA, chinese=True)
    given = MultiDict({"decision": "agree", "explanation": "x", "stranger": "y"})
    assert values_from(fields, given) == {"decision": "agree", "seen": False}


def test_values_get_their_types_and_wrong_ones_stay_as_typed() -> None:
    fields = fields_of(SCHEMA, chinese=True)
    given = MultiDict({"decision": "refuse", "explanation": " 一\r\n二 ", "units": "3", "seen": "true"})
    expected = {"decision": "refuse", "explanation": "一\n二", "units": 3, "seen": True}
    assert values_from(fields, given) == expected
    assert values_from(fields, MultiDict({"units": "three"}))["units"] == "three"


@pytest.mark.parametrize(
    ("hide", "expected"),
    [
        ('=decision != "refuse"', Condition(key="decision", values=("refuse",))),
        ('=decision = "agree"', Condition(key="decision", values=("agree",), unless=True)),
        ('=a != "x" and a != "y"', Condition(key="a", values=("x", "y"))),
        ('=a = "x" or a = "y"', Condition(key="a", values=("x", "y"), unless=True)),
        ('=a = "x" or b = "y"', None),
        ("=count(items) > 1", None),
    ],
)
def test_conditions_of_one_field_are_understood(hide: str, expected: Condition | None) -> None:
    component = {"type": "textfield", "key": "k", "conditional": {"hide": hide}}
    [field] = fields_of({"components": [component]}, chinese=True)
    assert field.shown == expected
