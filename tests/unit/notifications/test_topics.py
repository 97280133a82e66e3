"""What diagrams and code tell people, beside the table of who must know what."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from processes.notifications.templates import TEMPLATES
from webapp.people.notifications import SENTENCES
from webapp.settings import PROJECT

BY_DIAGRAMS = {
    ("seller", "request_received"),
    ("seller", "seller_reminder"),
    ("buyer", "decided_agree"),
    ("buyer", "decided_refuse"),
    ("buyer", "timeout_agreed"),
    ("seller", "timeout_agreed"),
    ("buyer", "refusal_lapsed"),
    ("buyer", "offer_made"),
    ("seller", "offer_accepted"),
    ("seller", "offer_declined"),
    ("seller", "offer_lapsed"),
    ("buyer", "exchange_sent"),
    ("seller", "withdrawn"),
    ("buyer", "refund_settled"),
    ("buyer", "refund_reopened"),
    ("buyer", "return_requested"),
    ("buyer", "return_lapsed"),
    ("seller", "return_sent"),
    ("buyer", "return_accepted"),
    ("buyer", "return_partly_accepted"),
    ("buyer", "return_rejected"),
    ("buyer", "refused_choose"),
    ("seller", "refused_left"),
    ("seller", "refused_to_send"),
    ("platform", "refused_overdue"),
    ("buyer", "refused_sent"),
    ("seller", "intercept_requested"),
    ("platform", "dispute_opened"),
    ("seller", "dispute_opened"),
    ("buyer", "ruling_made"),
    ("seller", "ruling_made"),
    ("platform", "dispute_overrun"),
    ("platform", "appeal_made"),
    ("buyer", "appeal_made"),
    ("seller", "appeal_made"),
    ("seller", "parcel_send_anew"),
    ("platform", "parcel_anew_overdue"),
    ("platform", "parcel_ruling_overdue"),
}
"""Whom the diagrams tell, and what. Whoever adds to it has thought of who else must know."""

_TASK = re.compile(
    r'<bpmn:serviceTask (?:(?!</bpmn:serviceTask>).)*"notify\.send".*?</bpmn:serviceTask>', re.DOTALL
)
_PARAMETER = re.compile(r'parameter id="(to|template)" type="str" value="([^"]*)"')


def test_the_diagrams_tell_whom_the_table_says() -> None:
    found = set()
    for path in (PROJECT / "bpmn").glob("*.bpmn"):
        for task in _TASK.finditer(path.read_text(encoding="utf-8")):
            given = {name: _words(value) for name, value in _PARAMETER.findall(task[0])}
            found |= {(to, template) for to in given["to"] for template in given["template"]}
    assert found == BY_DIAGRAMS


def _words(expression: str) -> list[str]:
    plain = expression.replace("&#34;", '"').replace("&#62;", ">")
    if plain.startswith('"offer_" + '):
        return ["offer_declined", "offer_lapsed"]
    tree = ast.parse(plain, mode="eval")
    return [
        one.value
        for one in ast.walk(tree)
        if isinstance(one, ast.Constant) and one.value in TEMPLATES | {"buyer", "seller", "platform"}
    ]


def _sent_by_code() -> str:
    return "\n".join(
        path.read_text(encoding="utf-8")
        for path in Path(PROJECT / "processes").rglob("*.py")
        if path.name not in ("topics.py", "templates.py")
    )


@pytest.mark.parametrize("template", sorted(TEMPLATES - {template for _, template in BY_DIAGRAMS}))
def test_what_no_diagram_sends_is_sent_by_code(template: str) -> None:
    code = _sent_by_code()
    if template in ("chargeback_lost", "chargeback_cleared"):
        assert 'f"chargeback_{' in code
    elif template.startswith("parcel_ruled_"):
        assert 'f"parcel_ruled_{' in code
    else:
        assert f'"{template}"' in code


def test_each_has_its_sentence() -> None:
    assert set(SENTENCES) == TEMPLATES
