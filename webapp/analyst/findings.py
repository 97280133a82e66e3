"""What the linter says, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import Domain

from engine.lint.catalogue import RULES
from engine.lint.findings import Finding, Severity
from webapp.analyst import blueprint

# The rules' texts are templates of the engine's; their translations have a catalog of their own.
LINTER = Domain(domain="linter")


@dataclass(frozen=True, kw_only=True)
class ShownFinding:
    """A finding as a page shows it."""

    is_error: bool
    rule: str
    file: str
    line: int | None
    element_id: str | None
    element_name: str | None
    message: str
    remedy: str


def shown(finding: Finding) -> ShownFinding:
    """Word a finding; one without a translation stays in English."""
    rule = RULES.get(finding.rule)
    message, remedy = finding.message, finding.remedy
    if rule is not None:
        message = _filled(LINTER.gettext(rule.message), finding)
        remedy = _filled(LINTER.gettext(rule.remedy), finding)
    return ShownFinding(
        is_error=finding.severity is Severity.ERROR,
        rule=finding.rule,
        file=finding.file,
        line=finding.line,
        element_id=finding.element_id,
        element_name=finding.element_name,
        message=message,
        remedy=remedy,
    )


def _filled(template: str, finding: Finding) -> str:
    try:
        return template.format(**finding.params)
    except (KeyError, IndexError, ValueError):
        return finding.message


@blueprint.app_template_global("marks")
def marks(findings: Iterable[ShownFinding], file: str) -> dict[str, list[dict[str, str]]]:
    """What to mark on a file's diagram: a badge on each element that something is said about."""
    texts: dict[str, tuple[bool, list[str]]] = {}
    for item in findings:
        if item.file == file and item.element_id:
            is_error, said = texts.get(item.element_id, (False, []))
            texts[item.element_id] = (is_error or item.is_error, [*said, item.message])
    return {
        "badges": [
            {
                "element": element,
                "kind": "incident" if is_error else "finding",
                "text": "!",
                "title": "\n".join(said),
            }
            for element, (is_error, said) in texts.items()
        ]
    }
