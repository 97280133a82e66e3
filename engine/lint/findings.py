"""What the linter says about a bundle: one finding for each thing that is wrong."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import Any


class Severity(enum.Enum):
    """An error keeps a bundle from being deployed; a warning doesn't."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that is wrong, where it is, and what to do about it.

    Attributes:
        rule: Stable code, such as ``bpmn.unsupported_element``; translations go by it.
        file: Name of the file in the bundle.
        line: Line of the element in the file, from 1; None if it concerns the whole file.
        element_id: The element's id in the diagram, table or form.
        message: English text, filled with ``params``.
        remedy: English text: what to change.
        params: What the message mentions, for a translation to be filled with.
    """

    severity: Severity
    rule: str
    file: str
    line: int | None
    element_id: str | None
    element_name: str | None
    message: str
    remedy: str
    params: dict[str, Any] = field(default_factory=dict)

    @property
    def sort_key(self) -> tuple[bool, str, int, str, str]:
        """Errors first, then by place."""
        place = self.line if self.line is not None else 0
        return (self.severity is Severity.WARNING, self.file, place, self.rule, self.message)


@dataclass(frozen=True, slots=True)
class Rule:
    """What a rule says when it is broken; both texts are templates for ``str.format``."""

    severity: Severity
    message: str
    remedy: str


def error(message: str, remedy: str) -> Rule:
    """A rule that keeps a bundle from being deployed."""
    return Rule(Severity.ERROR, message, remedy)


def warning(message: str, remedy: str) -> Rule:
    """A rule that says what will probably surprise its author."""
    return Rule(Severity.WARNING, message, remedy)
