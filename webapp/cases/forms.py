"""The forms of a case's user tasks: drawing the reader's, taking what is submitted."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from flask import request
from sqlalchemy.orm import Session

from engine.forms import FormInvalid
from engine.tables import UserTask
from processes.cases.access import visible_case
from processes.disputes.errors import RuledAmountInvalid
from processes.evidence.errors import EvidenceRefused
from processes.evidence.keeping import attach, keep
from processes.offers.errors import OfferRefused
from processes.returns.errors import CarriageInvalid, FindingsInvalid, FindingsMissing, NothingRefused
from webapp.cases import inspection
from webapp.cases.waiting import task_name
from webapp.context import now, reader, tuidan
from webapp.errors.forms import field_messages
from webapp.errors.messages import message_of
from webapp.evidence.uploads import FORMS, uploaded
from webapp.i18n import in_chinese
from webapp.taskforms import Field, fields_of, values_from


@dataclass(frozen=True, kw_only=True)
class TaskForm:
    """A task of the reader's with its form, as it is filled in so far.

    Attributes:
        errors: What is wrong with a field, by its key.
        problem: What is wrong with what was sent with it: evidence, or counts of units.
    """

    task: UserTask
    name: str
    fields: list[Field]
    values: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class Rejected:
    """A submission that the engine found faults with; nothing was changed."""

    task_id: uuid.UUID
    values: Mapping[str, Any]
    errors: Mapping[str, str]
    problem: str = ""


def task_form(
    session: Session,
    task: UserTask,
    rejected: Rejected | None = None,
    *,
    known: Mapping[str, Any] = MappingProxyType({}),
) -> TaskForm:
    """Return a task's form, with what was entered and what is wrong with it, if anything.

    Args:
        session: The caller's transaction.
        task: One of the reader's.
        rejected: What was sent before.
        known: Values that stand in the form's fields at first.
    """
    mine = rejected if rejected is not None and rejected.task_id == task.id else None
    fields = form_fields(session, task)
    defaults = {one.key: one.default for one in fields if one.key and one.default is not None}
    defaults |= {one.key: known[one.key] for one in fields if known.get(one.key) is not None}
    return TaskForm(
        task=task,
        name=task_name(task),
        fields=fields,
        values={**defaults, **(mine.values if mine else {})},
        errors=mine.errors if mine else {},
        problem=mine.problem if mine else "",
    )


def form_fields(session: Session, task: UserTask) -> list[Field]:
    """Return the fields of a task's form as it was deployed with the task's process version."""
    text = tuidan().engine.task_form(session, task)
    return fields_of(json.loads(text), chinese=in_chinese()) if text else []


def submit_task(task_id: uuid.UUID) -> Rejected | None:
    """Complete a task with the submitted form.

    Returns:
        None once it is completed; what was entered and what is wrong with it otherwise.

    Raises:
        TaskNotFound: There is none, or it isn't the reader's.
        TaskEnded: Somebody or something was faster.
    """
    product, actor = tuidan(), reader().actor
    fields: list[Field] = []
    try:
        drafts = uploaded()
        with product.transaction() as session:
            task = product.engine.get_task(session, task_id, actor)
            fields = form_fields(session, task)
            if drafts and task.form_key in FORMS:
                attach(
                    session,
                    visible_case(session, task.business_key, actor),
                    drafts,
                    occasion=task.element_id,
                    actor=actor,
                    now=now(),
                )
            if task.form_key == inspection.FORM:
                inspection.take_findings(session, visible_case(session, task.business_key, actor))
            values = values_from(fields, request.form)
            product.engine.complete_task(session, task_id, values=values, actor=actor)
            keep(product.evidence, drafts if task.form_key in FORMS else ())
    except FormInvalid as refusal:
        return Rejected(task_id=task_id, values=request.form, errors=field_messages(refusal, fields))
    except OfferRefused as refusal:
        errors = {refusal.field: message_of(refusal)}
        return Rejected(task_id=task_id, values=request.form, errors=errors)
    except (
        EvidenceRefused,
        FindingsInvalid,
        FindingsMissing,
        NothingRefused,
        RuledAmountInvalid,
        CarriageInvalid,
    ) as refusal:
        return Rejected(task_id=task_id, values=request.form, errors={}, problem=message_of(refusal))
    return None
