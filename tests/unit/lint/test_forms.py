"""Forms: fields that the server can check, each with a key of its own."""

from __future__ import annotations

from typing import Any

import pytest

from engine.lint import Severity
from tests.unit.lint.bundles import check, form, found

TEXT = {"type": "textfield", "key": "note", "label": "备注"}
CHOICE = {"type": "select", "key": "choice", "label": "选择", "values": [{"label": "甲", "value": "a"}]}


@pytest.mark.parametrize(
    ("code", "severity", "components"),
    [
        ("form.component", Severity.ERROR, [{"type": "filepicker", "key": "note"}]),
        ("form.key", Severity.ERROR, [{"type": "textfield", "id": "note", "label": "x"}]),
        ("form.key", Severity.ERROR, [TEXT | {"key": "a b"}]),
        ("form.key_twice", Severity.ERROR, [CHOICE, TEXT | {"key": "choice"}]),
        ("form.label", Severity.WARNING, [TEXT | {"label": ""}]),
        ("form.no_options", Severity.ERROR, [CHOICE | {"values": []}]),
        ("form.no_options", Severity.ERROR, [CHOICE | {"values": "a"}]),
        ("form.option", Severity.ERROR, [CHOICE | {"values": [{"label": "x"}]}]),
        ("form.option", Severity.ERROR, [CHOICE | {"values": ["a"]}]),
        ("form.option_twice", Severity.ERROR, [CHOICE | {"values": [{"value": "a"}, {"value": "a"}]}]),
        ("form.dynamic", Severity.ERROR, [CHOICE | {"valuesKey": "elsewhere"}]),
        ("form.field", Severity.ERROR, [TEXT | {"validate": {"minLength": "long"}}]),
        ("form.field", Severity.ERROR, [TEXT | {"validate": {"pattern": "("}}]),
        ("form.field", Severity.ERROR, [TEXT | {"validate": "required"}]),
        ("form.bounds", Severity.ERROR, [TEXT | {"validate": {"minLength": 9, "maxLength": 3}}]),
        ("form.bounds", Severity.ERROR, [TEXT | {"type": "number", "validate": {"min": 9, "max": 3}}]),
        ("form.slow_pattern", Severity.ERROR, [TEXT | {"validate": {"pattern": "(a+)+$"}}]),
        ("form.condition", Severity.ERROR, [TEXT | {"conditional": {"hide": '=upper case(note) = "X"'}}]),
        ("form.condition", Severity.ERROR, [TEXT | {"conditional": {"hide": 'note = "x"'}}]),
        ("form.condition_field", Severity.ERROR, [TEXT | {"conditional": {"hide": '=other = "x"'}}]),
    ],
)
def test_findings(code: str, severity: Severity, components: list[dict[str, Any]]) -> None:
    finding = found({"f.form": form(*components)}, code)
    assert finding.severity is severity
    if finding.element_id in ("note", "choice"):
        assert finding.line in (2, 3)


def test_the_line_is_the_fields() -> None:
    finding = found({"f.form": form(CHOICE, TEXT | {"label": " "})}, "form.label")
    assert (finding.line, finding.element_id) == (3, "note")


def test_sound_forms_pass() -> None:
    components = [
        CHOICE,
        {"type": "text", "text": "说明"},
        {"type": "group", "components": [TEXT | {"conditional": {"hide": '=choice != "a"'}}]},
        {
            "type": "number",
            "key": "amount",
            "label": "金额",
            "decimalDigits": 0,
            "validate": {"min": 1, "max": 9},
        },
        {"type": "separator"},
    ]
    assert check({"forms/f.form": form(*components)}) == []


def test_too_many_fields() -> None:
    found({"f.form": form(*[TEXT | {"key": f"k{n}"} for n in range(300)])}, "form.too_many_fields")
