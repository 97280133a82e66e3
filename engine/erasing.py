"""Taking a person's words out of what the engine keeps of ended instances; everything else stays.

A form's words are copied far: into variables, the history, what tables were asked, messages,
incidents. So they are looked for by what they say, in everything of one business key.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.tables import (
    DecisionRecord,
    DeploymentResource,
    HistoryEvent,
    Incident,
    ProcessDefinition,
    ProcessInstance,
    SentMessage,
    UnreadState,
)

_CODE = re.compile(r"[A-Za-z0-9_]+")
_SHORTEST_WITHIN = 4
"""Fewer characters than this are not looked for inside longer texts, such as a traceback."""


@dataclass(frozen=True, kw_only=True)
class Scrubber:
    """Replaces words wherever they stand in JSON.

    Attributes:
        words: What to look for, without blanks around it.
        fields: Names under which people write; elsewhere what looks like a code isn't taken for words.
        mark: What stands there afterwards.
    """

    words: Collection[str]
    fields: Collection[str]
    mark: str

    def clean(self, value: Any, name: str = "") -> Any:
        """Return a value without the words: the same object if there were none."""
        if isinstance(value, str):
            said = value.strip()
            found = said in self.words and (name in self.fields or not _CODE.fullmatch(said))
            return self.mark if found else value
        if isinstance(value, dict):
            cleaned = {key: self.clean(item, key) for key, item in value.items()}
            return cleaned if any(cleaned[key] is not item for key, item in value.items()) else value
        if isinstance(value, list):
            items = [self.clean(item, name) for item in value]
            return items if any(new is not old for new, old in zip(items, value, strict=True)) else value
        return value

    def clean_text(self, text: str) -> str:
        """Return a longer text in which the words may be quoted without them."""
        for said in sorted(self.words, key=len, reverse=True):
            if len(said) >= _SHORTEST_WITHIN:
                text = text.replace(said, self.mark)
        return text


def is_running(session: Session, business_key: str) -> bool:
    """Whether an instance of a business key still runs: its state would bring the words back."""
    running = sa.exists().where(
        ProcessInstance.business_key == business_key, ProcessInstance.status == "running"
    )
    return bool(session.scalar(sa.select(running)))


def text_fields(session: Session, business_key: str) -> frozenset[str]:
    """Return the names of the fields for free text in all forms of the versions that ran."""
    forms = session.scalars(
        sa.select(DeploymentResource.content)
        .distinct()
        .join(ProcessDefinition, ProcessDefinition.deployment_id == DeploymentResource.deployment_id)
        .join(ProcessInstance, ProcessInstance.definition_id == ProcessDefinition.id)
        .where(ProcessInstance.business_key == business_key, DeploymentResource.name.endswith(".form"))
    )
    return frozenset(name for form in forms for name in _text_names(json.loads(form)))


def submitted_words(
    session: Session, business_key: str, actor_id: str, fields: Collection[str]
) -> frozenset[str]:
    """Return what somebody wrote into fields of forms."""
    event = HistoryEvent
    rows = session.scalars(
        sa.select(event.data).where(
            event.instance_id.in_(_instances(business_key)),
            event.actor_id == actor_id,
            event.kind == "submitted",
        )
    )
    return frozenset(
        said
        for data in rows
        for name, value in ((data or {}).get("values") or {}).items()
        if name in fields and isinstance(value, str) and (said := value.strip())
    )


def erase_words(session: Session, business_key: str, scrubber: Scrubber) -> int:
    """Take words out of all that is kept of the ended instances of a business key.

    Returns:
        How many rows had any.
    """
    instances = _instances(business_key)
    changed = 0
    for model, columns, mine in (
        (ProcessInstance, ("variables",), ProcessInstance.business_key == business_key),
        (HistoryEvent, ("data",), HistoryEvent.instance_id.in_(instances)),
        (DecisionRecord, ("inputs", "outputs"), DecisionRecord.business_key == business_key),
        (SentMessage, ("payload",), SentMessage.business_key == business_key),
        (Incident, ("command",), Incident.instance_id.in_(instances)),
    ):
        for row in session.scalars(sa.select(model).where(mine)):
            cleaned = {name: scrubber.clean(getattr(row, name)) for name in columns}
            if isinstance(row, Incident):
                cleaned |= {
                    name: scrubber.clean_text(text)
                    for name in ("message", "detail")
                    if (text := getattr(row, name))
                }
            changed += _put(row, cleaned)
    # What nobody can read can't be looked through either.
    unread = sa.delete(UnreadState).where(UnreadState.instance_id.in_(instances))
    changed += len(session.scalars(unread.returning(UnreadState.instance_id)).all())
    session.flush()
    return changed


def _put(row: Any, values: Mapping[str, Any]) -> bool:
    changed = False
    for name, value in values.items():
        if value is not getattr(row, name) and value != getattr(row, name):
            setattr(row, name, value)
            changed = True
    return changed


def _instances(business_key: str) -> sa.Select[uuid.UUID]:
    return sa.select(ProcessInstance.id).where(ProcessInstance.business_key == business_key)


def _text_names(component: Mapping[str, Any]) -> Iterator[str]:
    if component.get("type") == "textarea" and component.get("key"):
        yield str(component["key"])
    for part in component.get("components") or ():
        yield from _text_names(part)
