"""Which incidents are meant: by process, element, kind, message and age."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.tables import Incident

ANY_NUMBER = "#"
"""In a message that is looked for, this stands for any text: messages differ by their numbers."""


@dataclass(frozen=True, kw_only=True)
class IncidentFilters:
    """Incidents; None and empty mean any.

    Attributes:
        message: Contained in the message, whatever its case; ``#`` stands for any text.
        occurred_before: Open since before this instant.
        ids: Only these.
    """

    process_id: str | None = None
    element_id: str | None = None
    kind: str | None = None
    message: str | None = None
    occurred_before: dt.datetime | None = None
    ids: tuple[uuid.UUID, ...] = ()

    def conditions(self) -> list[sa.ColumnElement[bool]]:
        """The filters as SQL."""
        found: list[sa.ColumnElement[bool]] = []
        if self.process_id is not None:
            found.append(Incident.process_id == self.process_id)
        if self.element_id is not None:
            found.append(Incident.element_id == self.element_id)
        if self.kind is not None:
            found.append(Incident.kind == self.kind)
        if self.message is not None:
            found.append(Incident.message.ilike(_pattern(self.message), escape="\\"))
        if self.occurred_before is not None:
            found.append(Incident.occurred_at < self.occurred_before)
        if self.ids:
            found.append(Incident.id.in_(self.ids))
        return found

    def to_json(self) -> dict[str, Any]:
        """The filters that are set, to be kept."""
        before = self.occurred_before
        plain = {
            "process_id": self.process_id,
            "element_id": self.element_id,
            "kind": self.kind,
            "message": self.message,
            "occurred_before": before.isoformat() if before else None,
            "ids": [str(incident_id) for incident_id in self.ids] or None,
        }
        return {name: value for name, value in plain.items() if value is not None}

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> IncidentFilters:
        """What :meth:`to_json` has kept."""
        before = plain.get("occurred_before")
        return cls(
            process_id=plain.get("process_id"),
            element_id=plain.get("element_id"),
            kind=plain.get("kind"),
            message=plain.get("message"),
            occurred_before=dt.datetime.fromisoformat(before) if before else None,
            ids=tuple(uuid.UUID(text) for text in plain.get("ids", [])),
        )


def _pattern(message: str) -> str:
    escaped = message.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped.replace(ANY_NUMBER, '%')}%"
