"""Whatever comes as a file gives findings, never an exception."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from engine.lint import Severity, lint
from engine.lint.catalogue import RULES
from engine.lint.coverage import markdown
from tests.diagrams import diagram, element, end, flow, flows, start
from tests.unit.lint.bundles import FORM, check, found, rule, table
from webapp.bootstrap import known_operations
from webapp.bundles import read_bundle

ROOT = Path(__file__).parents[3]

GOOD = diagram("p", start(), end(), flows("start", "end"))
LAUGHS = (
    '<?xml version="1.0"?>\n<!DOCTYPE lolz [\n<!ENTITY lol "lol">\n'
    + "\n".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    + "\n]>\n<lolz>&l9;</lolz>"
)


@pytest.mark.parametrize(
    ("name", "text", "code", "line"),
    [
        ("p.bpmn", LAUGHS, "xml.doctype", 2),
        ("p.bpmn", '<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>', "xml.doctype", 1),
        ("p.bpmn", "x" * 10_000_000, "file.too_large", None),
        ("p.form", "[" * 3_000_000, "file.too_large", None),
        ("p.bpmn", "no xml", "xml.not_well_formed", 1),
        ("p.bpmn", "", "xml.not_well_formed", 1),
        ("p.bpmn", "<a>\n<b>\n</a>", "xml.not_well_formed", 3),
        ("p.bpmn", "\x00\x01\x02PNG", "file.binary", None),
        ("p.bpmn", "\udc80", "xml.not_well_formed", None),
        ("p.bpmn", '<?xml version="1.0" encoding="GB18030"?><x/>', "xml.encoding", 1),
        ("p.bpmn", "<a/>", "xml.namespace", 1),
        ("p.dmn", GOOD, "xml.namespace", 2),
        ("p.bpmn", GOOD.replace("<bpmn:endEvent", "<bpmn:nonsense/><bpmn:endEvent"), "xml.schema", 5),
        ("p.bpmn", GOOD.replace('id="end"', 'id="start"'), "xml.schema", 5),
        ("p.txt", "hello", "file.unknown_kind", None),
        ("p.form", "{", "form.not_json", 1),
        ("p.form", "[]", "form.no_components", None),
        ("p.form", "null", "form.no_components", None),
        ("p.form", '{"components": [1]}', "form.no_components", None),
        ("p.form", '{"components": [[[]]]}', "form.no_components", None),
        ("p.form", "[" * 100_000, "form.no_components", None),
        ("p.form", "\x00", "file.binary", None),
    ],
)
def test_hostile_files_are_findings(name: str, text: str, code: str, line: int | None) -> None:
    started = time.monotonic()
    finding = found({name: text}, code)
    assert (finding.severity, finding.line) == (Severity.ERROR, line)
    assert finding.remedy
    assert time.monotonic() - started < 5


def test_deep_nesting_is_refused() -> None:
    inner = "<bpmn:extensionElements>" + "<x>" * 200 + "</x>" * 200 + "</bpmn:extensionElements>"
    text = GOOD.replace("<bpmn:startEvent", f"{inner}<bpmn:startEvent", 1)
    assert found(text, "xml.too_deep").line == 2


@pytest.mark.parametrize("count", [330, 2_000])
def test_large_diagrams_are_looked_through_quickly(count: int) -> None:
    rows = [
        element("exclusiveGateway", f"g{n}", default=f"g{n}-t{n}")
        + element("task", f"t{n}")
        + flow(f"g{n}", "j", "1 == 1")
        + flows(f"g{n}", f"t{n}", f"g{n + 1}" if n + 1 < count else "j")
        for n in range(count)
    ]
    text = diagram(
        "p", start(), *rows, element("parallelGateway", "j"), end(), flows("start", "g0"), flows("j", "end")
    )
    started = time.monotonic()
    rules = {finding.rule for finding in check(text)}
    assert rules == ({"bpmn.join_incomplete"} if count == 330 else {"bpmn.too_many_flows"})
    assert time.monotonic() - started < 20


def test_a_good_bundle_has_no_findings() -> None:
    files = {"p.bpmn": GOOD, "choose.dmn": table(rule(1, '"a"', "-")), "forms/note.form": FORM}
    assert check(files) == []


def test_errors_come_first() -> None:
    findings = check(
        {"a.form": json.dumps({"components": [{"type": "textfield", "key": "a"}]}), "b.bpmn": "x"}
    )
    assert [f.rule for f in findings] == ["xml.not_well_formed", "form.label"]


def test_what_no_rule_foresaw_is_caught_by_the_engine_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_files: object) -> None:
        raise RuntimeError("nobody thought of this")

    monkeypatch.setattr("engine.lint.parse", fail)
    assert found(GOOD, "bundle.unparsable").severity is Severity.ERROR


def test_the_products_own_bundle_has_no_findings() -> None:
    findings = lint(read_bundle(ROOT / "bpmn"), known_operations())
    assert [f"{f.file}:{f.line} {f.message}" for f in findings] == []


def test_the_page_on_coverage_is_current() -> None:
    page = (ROOT / "docs" / "bpmn-coverage.md").read_text(encoding="utf-8")
    assert page == markdown(), "run: python -m engine.lint.coverage > docs/bpmn-coverage.md"


@pytest.mark.parametrize("code", sorted(RULES))
def test_rules_say_what_to_do(code: str) -> None:
    assert RULES[code].message.endswith((".", "}"))
    assert RULES[code].remedy
