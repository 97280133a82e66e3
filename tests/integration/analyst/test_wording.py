"""What the linter says is said in Chinese as well."""

from __future__ import annotations

import re

import pytest
from babel.messages.pofile import read_po
from flask.testing import FlaskClient

from engine.lint.catalogue import RULES
from tests.drawn import review_process
from webapp.i18n import TRANSLATIONS

HOLES = re.compile(r"\{(\w+)\}")


@pytest.fixture(scope="module")
def chinese() -> dict[str, str]:
    """The catalog of the rules' texts."""
    with (TRANSLATIONS / "zh_Hans_CN" / "LC_MESSAGES" / "linter.po").open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file) if message.id}


def test_every_rule_is_worded_with_the_same_holes(chinese: dict[str, str]) -> None:
    for code, rule in RULES.items():
        for text in (rule.message, rule.remedy):
            assert chinese.get(text), f"{code}: {text!r} has no Chinese text"
            assert set(HOLES.findall(chinese[text])) == set(HOLES.findall(text)), code


def test_no_text_is_left_over(chinese: dict[str, str]) -> None:
    known = {text for rule in RULES.values() for text in (rule.message, rule.remedy)}
    assert set(chinese) <= known


def test_a_finding_is_shown_in_the_readers_language(client: FlaskClient) -> None:
    broken = {"name": "trial_review.bpmn", "text": review_process()[:-40], "keep": "1", "action": "check"}
    assert "XML 已损坏" in client.post("/analyst/deploy", data=broken).text
    client.post("/language", data={"locale": "en"})
    assert "The XML is broken" in client.post("/analyst/deploy", data=broken).text
