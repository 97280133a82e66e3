"""What a person may submit: checked on the server, whatever the browser let through."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.feel import FeelError, compile_condition
from engine.forms import Form, FormInvalid, FormUnreadable

REVIEW = {
    "type": "default",
    "components": [
        {"type": "text", "text": "# 审核"},
        {
            "type": "radio",
            "key": "decision",
            "label": "决定",
            "values": [{"label": "同意", "value": "agree"}, {"label": "拒绝", "value": "refuse"}],
            "validate": {"required": True},
        },
        {
            "type": "textarea",
            "key": "explanation",
            "label": "说明",
            "validate": {"required": True, "minLength": 3, "maxLength": 10},
            "conditional": {"hide": '=decision != "refuse"'},
        },
        {
            "type": "group",
            "components": [
                {
                    "type": "number",
                    "key": "amount",
                    "label": "金额",
                    "decimalDigits": 0,
                    "validate": {"min": 1, "max": 9},
                },
                {"type": "checkbox", "key": "urgent", "label": "加急"},
                {
                    "type": "textfield",
                    "key": "phone",
                    "label": "电话",
                    "validate": {"validationType": "phone"},
                },
            ],
        },
    ],
}


def form(*components: dict[str, Any]) -> Form:
    return Form.parse(json.dumps({"components": list(components)}))


def wrong(a_form: Form, **values: Any) -> dict[str, str]:
    """The codes that a submission is refused with."""
    with pytest.raises(FormInvalid) as refusal:
        a_form.validate(values)
    assert refusal.value.code == "form.invalid"
    assert refusal.value.params["fields"] == refusal.value.fields
    return refusal.value.fields


@pytest.fixture
def review() -> Form:
    return Form.parse(json.dumps(REVIEW))


def test_what_is_filled_in_correctly(review: Form) -> None:
    assert review.validate(
        {"decision": "refuse", "explanation": " 已发货了 ", "amount": 3, "urgent": True}
    ) == {
        "decision": "refuse",
        "explanation": "已发货了",
        "amount": 3,
        "urgent": True,
        "phone": "",
    }


def test_hidden_fields_are_dropped(review: Form) -> None:
    cleaned = review.validate({"decision": "agree", "explanation": {"any": "thing"}})
    assert cleaned == {"decision": "agree", "amount": None, "urgent": False, "phone": ""}


def test_every_wrong_field_is_named(review: Form) -> None:
    assert wrong(review, decision="refuse", amount="3", colour="red", phone="me") == {
        "explanation": "required",
        "amount": "not_a_number",
        "colour": "unknown_field",
        "phone": "pattern",
    }


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({}, "required"),
        ({"decision": None}, "required"),
        ({"decision": "  "}, "required"),
        ({"decision": "maybe"}, "not_an_option"),
        ({"decision": ["agree"]}, "not_an_option"),
        ({"decision": True}, "not_an_option"),
    ],
)
def test_choices(review: Form, values: dict[str, Any], code: str) -> None:
    assert wrong(review, **values)["decision"] == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("no", "too_short"),
        ("x" * 11, "too_long"),
        (3, "wrong_type"),
        ("a\0bc", "wrong_type"),
        ("a\ud800b", "wrong_type"),
    ],
)
def test_texts(review: Form, text: Any, code: str) -> None:
    assert wrong(review, decision="refuse", explanation=text) == {"explanation": code}


def test_texts_have_a_limit_of_their_own() -> None:
    note = form({"type": "textarea", "key": "note"})
    assert note.validate({"note": "x" * 2_000})
    assert wrong(note, note="x" * 2_001) == {"note": "too_long"}
    assert wrong(note, note="x" * 10_000_000) == {"note": "too_long"}


def test_lines_end_alike() -> None:
    assert form({"type": "textarea", "key": "note"}).validate({"note": "a\r\nb"}) == {"note": "a\nb"}


def test_patterns() -> None:
    code = form({"type": "textfield", "key": "code", "validate": {"pattern": "^SF[0-9]{4}$"}})
    assert code.validate({"code": "SF1234"}) == {"code": "SF1234"}
    assert wrong(code, code="SF12") == {"code": "pattern"}
    mail = form({"type": "textfield", "key": "mail", "validate": {"validationType": "email"}})
    assert wrong(mail, mail="not mail") == {"mail": "pattern"}


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (0, "out_of_range"),
        (10, "out_of_range"),
        (1.5, "not_a_number"),
        ("5", "not_a_number"),
        (True, "not_a_number"),
        (float("nan"), "not_a_number"),
        (float("inf"), "not_a_number"),
        (10**30, "out_of_range"),
        ([5], "not_a_number"),
    ],
)
def test_numbers(review: Form, number: Any, code: str) -> None:
    assert wrong(review, decision="agree", amount=number) == {"amount": code}


def test_a_whole_float_is_a_whole_number(review: Form) -> None:
    amount = review.validate({"decision": "agree", "amount": 3.0})["amount"]
    assert (amount, type(amount)) == (3, int)


def test_checkboxes(review: Form) -> None:
    assert wrong(review, decision="agree", urgent="yes") == {"urgent": "wrong_type"}
    assert wrong(review, decision="agree", urgent=1) == {"urgent": "wrong_type"}
    terms = form({"type": "checkbox", "key": "terms", "validate": {"required": True}})
    assert wrong(terms, terms=False) == {"terms": "required"}


def test_checklists() -> None:
    several = form({"type": "checklist", "key": "why", "values": [{"value": "a"}, {"value": "b"}]})
    assert several.validate({"why": ["b", "a"]}) == {"why": ["b", "a"]}
    assert several.validate({}) == {"why": []}
    assert wrong(several, why="a") == {"why": "wrong_type"}
    assert wrong(several, why=["a", "c"]) == {"why": "not_an_option"}
    assert wrong(several, why=["a", "a"]) == {"why": "not_an_option"}
    assert wrong(several, why=[{"a": 1}]) == {"why": "not_an_option"}


def test_dates() -> None:
    day = form({"type": "datetime", "key": "day"})
    assert day.validate({"day": "2026-02-28"}) == {"day": "2026-02-28"}
    assert wrong(day, day="2026-02-30") == {"day": "wrong_type"}
    assert wrong(day, day=20260228) == {"day": "wrong_type"}


def test_a_hidden_field_hides_what_depends_on_it() -> None:
    chain = form(
        {"type": "textfield", "key": "c", "conditional": {"hide": '=b != "y"'}},
        {"type": "textfield", "key": "b", "conditional": {"hide": '=a != "y"'}},
        {"type": "textfield", "key": "a"},
    )
    assert chain.validate({"a": "n", "b": "y", "c": "kept?"}) == {"a": "n"}
    assert chain.validate({"a": "y", "b": "y", "c": "kept"}) == {"a": "y", "b": "y", "c": "kept"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '{"components": 3}',
        '{"components": [{"type": "number"}]}',
        '{"components": [null]}',
        '{"components": [{"type": "textfield", "key": "a", "validate": {"pattern": "("}}]}',
        "[" * 100_000,
    ],
)
def test_broken_forms(text: str) -> None:
    with pytest.raises(FormUnreadable):
        Form.parse(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.dictionaries(st.sampled_from(["decision", "explanation", "amount", "urgent", "phone", "else"]), JSON)
)
def test_whatever_comes_is_cleaned_or_refused(values: dict[str, Any]) -> None:
    review = Form.parse(json.dumps(REVIEW))
    try:
        cleaned = review.validate(values)
    except FormInvalid:
        return
    assert set(cleaned) <= set(review.fields)
    assert review.validate(cleaned) == cleaned


@pytest.mark.parametrize(
    ("source", "values", "holds"),
    [
        ('=a = "x"', {"a": "x"}, True),
        ('=a = "x"', {}, False),
        ('=a != "x"', {}, True),
        ('a = "x" and b = 2', {"a": "x", "b": 2}, True),
        ('=a = "x" or b = 2 and c = 3', {"a": "x"}, True),
        ('=(a = "x" or b = 2) and c = 3', {"a": "x"}, False),
        ("=a > 3", {"a": 4}, True),
        ("=a >= 3.5", {"a": 3.5}, True),
        ("=a < 3", {"a": "2"}, False),
        ("=a < 3", {}, False),
        ("=a = true", {"a": True}, True),
        ("=a = 1", {"a": True}, False),
        ("=a = null", {}, True),
        ("=a", {"a": True}, True),
        ("=a", {"a": "x"}, False),
        ("=-1 < a", {"a": 0}, True),
        (r'=a = "say \"x\""', {"a": 'say "x"'}, True),
        ('=中文 = "甲"', {"中文": "甲"}, True),
    ],
)
def test_conditions(source: str, values: dict[str, Any], holds: bool) -> None:
    assert compile_condition(source).holds(values) is holds


@pytest.mark.parametrize(
    "source",
    [
        "=",
        "",
        "=a =",
        '=a == "x"',
        '=upper case(a) = "X"',
        "=not(a)",
        '=a = "x" b',
        "=(a",
        '=a = "x',
        "=a in [1]",
        "=a and",
        "=" + "(" * 100 + "a" + ")" * 100,
        "=a = 1 or " * 500,
    ],
)
def test_conditions_outside_the_part(source: str) -> None:
    with pytest.raises(FeelError):
        compile_condition(source)
