"""The page that says which elements of BPMN 2.0 are executed, made from the linter's own rules."""

from __future__ import annotations

from collections.abc import Iterable

from engine.lint import support
from engine.lint.catalogue import RULES
from engine.lint.findings import Severity
from engine.lint.support import Support

_POSITIONS = {
    "startEvent": "start",
    "subProcess": "start of a subprocess",
    "eventSubprocess": "start of an event subprocess",
    "intermediateCatchEvent": "intermediate, catching",
    "intermediateThrowEvent": "intermediate, throwing",
    "boundaryEvent": "boundary",
    "endEvent": "end",
}

_HEAD = """# BPMN 2.0: what is executed

This page is written by `python -m engine.lint.coverage`, from the rules by which the linter
accepts or refuses a bundle. What is not listed as executed is refused at deployment, with
the element, its line and the reason. Each line that is executed has been run with its state
saved and loaded between the steps.
"""


def markdown() -> str:
    """The page's text."""
    nodes = ((f"`{name}`", known) for name, known in support.NODES.items())
    events = (
        (f"{_POSITIONS[position]}: {definition.removesuffix('EventDefinition') or 'none'}", known)
        for (position, definition), known in support.EVENTS.items()
    )
    others = ((f"`{name}`", known) for name, known in support.OTHERS.items())
    return "\n".join(
        [
            _HEAD,
            "## Activities, gateways and events\n",
            *_table("Element", nodes),
            "\n## Events by position and trigger\n",
            *_table("Event", events),
            "\n## Repetition, data, resources and times\n",
            *_table("Element", others),
            "\n## Every rule of the linter\n",
            "An error keeps a bundle from being deployed; a warning doesn't.\n",
            "| Rule | Severity | Message | Remedy |",
            "| --- | --- | --- | --- |",
            *(
                f"| `{code}` | {rule.severity.value} | {_cell(rule.message)} | {_cell(rule.remedy)} |"
                for code, rule in sorted(RULES.items())
            ),
            "",
            f"{sum(r.severity is Severity.ERROR for r in RULES.values())} errors, "
            f"{sum(r.severity is Severity.WARNING for r in RULES.values())} warnings.",
            "",
        ]
    )


def _table(head: str, rows: Iterable[tuple[str, Support]]) -> list[str]:
    lines = [f"| {head} | Executed | Limits, or why not |", "| --- | --- | --- |"]
    lines += [
        f"| {name} | {'yes' if known.executed else 'no'} | {_cell(known.note)} |" for name, known in rows
    ]
    return lines


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


if __name__ == "__main__":
    print(markdown(), end="")
