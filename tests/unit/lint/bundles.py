"""Bundles for the linter's tests: one small diagram, table or form, and a registry."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from engine.lint import Finding, lint
from engine.operations import OperationContext, OperationRegistry

REGISTRY = OperationRegistry()

FORM = json.dumps(
    {"type": "default", "components": [{"type": "textfield", "key": "note", "label": "备注"}]}, indent=1
)


@REGISTRY.operation("case.close")
def close_case(ctx: OperationContext, *, case_id: str, outcome: str = "") -> Mapping[str, Any]:
    return {}


def check(files: Mapping[str, str] | str) -> list[Finding]:
    """Lint a bundle, or a single diagram named ``p.bpmn``."""
    return lint({"p.bpmn": files} if isinstance(files, str) else files, REGISTRY)


def found(files: Mapping[str, str] | str, rule: str) -> Finding:
    """The one finding of a rule."""
    findings = check(files)
    matching = [finding for finding in findings if finding.rule == rule]
    assert len(matching) == 1, [(f.rule, f.line, f.message) for f in findings]
    return matching[0]


def table(*rules: str, policy: str = "UNIQUE", columns: str = "", more: str = "") -> str:
    """A decision table; by default of ``reason`` and ``amount``, giving ``answer``."""
    columns = columns or (
        '<input id="i1"><inputExpression id="e1" typeRef="string"><text>reason</text></inputExpression>'
        "</input>\n"
        '<input id="i2"><inputExpression id="e2" typeRef="number"><text>amount</text></inputExpression>'
        "</input>\n"
        '<output id="o1" name="answer" typeRef="string"/>'
    )
    body = "\n".join(rules)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="t">\n'
        f'<decision id="choose" name="choose"><decisionTable id="t" hitPolicy="{policy}"{more}>\n'
        f"{columns}\n{body}\n</decisionTable></decision></definitions>\n"
    )


def rule(number: int, *cells: str, answer: str = '"x"') -> str:
    """One row, on one line."""
    inputs = "".join(
        f'<inputEntry id="c{number}_{n}"><text>{c}</text></inputEntry>' for n, c in enumerate(cells)
    )
    return (
        f'<rule id="r{number}">{inputs}<outputEntry id="a{number}"><text>{answer}</text></outputEntry></rule>'
    )


def form(*components: Any) -> str:
    """A form with its components, one a line."""
    return '{"type": "default", "components": [\n' + ",\n".join(json.dumps(c) for c in components) + "\n]}"
