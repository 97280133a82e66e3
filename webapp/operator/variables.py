"""Changing variables by hand: edited as JSON, compared with what was there, applied with a reason."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass

from flask import render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.commands.outcome import Outcome
from engine.commands.variables import check_variables, edit_variables, preview_edit, read_value
from engine.errors import TuidanError
from engine.failures import InstanceEnded, InstanceNotFound
from engine.inspecting import VariablesSeen, inspect_variables
from engine.queries.instance_view import InstanceView, instance_view
from engine.values import Variables
from webapp.context import reader, tuidan
from webapp.errors.messages import message_of
from webapp.operator import blueprint
from webapp.operator.answering import back_to_instance, reason_given, seen_version
from webapp.operator.wording import readable
from webapp.parameters import form_text

MOST_ROWS = 500
NEW_ROWS = 2


@dataclass(frozen=True, kw_only=True)
class Row:
    """A variable in the form: as it is, or as the operator has typed it."""

    name: str
    text: str
    removed: bool = False
    error: str = ""
    new: bool = False


@blueprint.get("/instances/<uuid:instance_id>/variables")
def variables(instance_id: uuid.UUID) -> str:
    """Show the variables of an instance or of one token, to be edited."""
    view, seen = _seen(instance_id, _token())
    rows = [Row(name=name, text=readable(value)) for name, value in sorted(seen.variables.items())]
    return _page(view, seen, rows, seen.version)


@blueprint.post("/instances/<uuid:instance_id>/variables/compare")
def compare_variables(instance_id: uuid.UUID) -> str:
    """Show what an edit would change and let happen, or what in it can't be read."""
    view, seen = _seen(instance_id, _token())
    rows, values, removed = _read_rows(seen.variables)
    if any(row.error for row in rows):
        return _page(view, seen, rows, seen_version())
    outcome, refusal = _preview(instance_id, values, removed)
    return render_template(
        "operator/variables_compare.html",
        view=view,
        outcome=outcome,
        refusal=refusal,
        token=_token(),
        token_name=_token_name(seen),
        differences=[
            (name, seen.variables.get(name), name in seen.variables, values.get(name), name in removed)
            for name in sorted({*values, *removed})
        ],
        values=json.dumps(values, ensure_ascii=False),
        removed=sorted(removed),
        version=seen_version(),
    )


@blueprint.post("/instances/<uuid:instance_id>/variables")
def change_variables(instance_id: uuid.UUID) -> Response:
    """Apply an edit, if the instance is still as the operator saw it."""
    product = tuidan()
    values = read_value("values", form_text("values"))
    with product.transaction() as session:
        edit_variables(
            product.engine,
            session,
            instance_id,
            values=values if isinstance(values, dict) else {},
            removed=request.form.getlist("removed"),
            element_instance=_token(),
            version=seen_version(),
            reason=reason_given(),
            actor=reader().actor,
        )
    return back_to_instance(instance_id, gettext("The variables were changed."))


def _seen(instance_id: uuid.UUID, token: int | None) -> tuple[InstanceView, VariablesSeen]:
    product = tuidan()
    with product.transaction() as session:
        view = instance_view(session, instance_id)
        return view, inspect_variables(product.engine, session, instance_id, token)


def _preview(instance_id: uuid.UUID, values: Variables, removed: set[str]) -> tuple[Outcome | None, str]:
    """What an edit would do, or why it is refused; neither if it changes nothing."""
    if not values and not removed:
        return None, ""
    try:
        found = preview_edit(
            tuidan().engine,
            instance_id,
            values=values,
            removed=removed,
            element_instance=_token(),
            actor=reader().actor,
        )
    except (InstanceNotFound, InstanceEnded):
        raise
    except TuidanError as error:
        return None, message_of(error)
    return found, ""


def _page(view: InstanceView, seen: VariablesSeen, rows: list[Row], version: int) -> str:
    empty = [Row(name="", text="", new=True)] * NEW_ROWS
    return render_template(
        "operator/variables.html",
        view=view,
        seen=seen,
        rows=[*rows, *empty],
        token=_token(),
        version=version,
        wrong=[row for row in rows if row.error],
    )


def _read_rows(before: Variables) -> tuple[list[Row], Variables, set[str]]:
    """What was typed: the rows, the values that are new or changed, and the names to take away."""
    names = request.form.getlist("name")[:MOST_ROWS]
    texts = request.form.getlist("text")[:MOST_ROWS]
    gone = set(request.form.getlist("remove"))
    rows: list[Row] = []
    values: Variables = {}
    for raw, typed in zip(names, texts, strict=False):
        name, text = raw.strip(), typed.replace("\r\n", "\n").strip()
        if not name and not text:
            continue
        row = Row(name=name, text=text, removed=name in gone, new=name not in before)
        if not row.removed:
            try:
                value = read_value(name, text)
                check_variables({name: value})
                if name not in before or before[name] != value or type(before[name]) is not type(value):
                    values[name] = value
            except TuidanError as error:
                row = Row(name=name, text=text, error=message_of(error), new=name not in before)
        rows.append(row)
    return rows, values, {name for name in gone if name in before}


def _token() -> int | None:
    text = request.values.get("token", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _token_name(seen: VariablesSeen) -> str:
    token = _token()
    return next((t.name or t.element_id for t in seen.tokens if t.element_instance == token), "")
