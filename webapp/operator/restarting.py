"""Restarting an ended instance from a chosen element, with its last variables, which can be edited."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.commands.restart import StillRunning, places_to_restart, restart_instance
from engine.commands.variables import VariableInvalid, read_value
from engine.queries.definitions import deployment_files
from engine.queries.files import drawings
from engine.queries.instance_view import instance_view
from engine.spiff.entering import Place
from webapp.context import reader, tuidan
from webapp.errors.messages import message_of
from webapp.operator import blueprint
from webapp.operator.answering import reason_given
from webapp.operator.modifying import chosen_drawing, reachable, read_place
from webapp.parameters import form_text


@blueprint.get("/instances/<uuid:instance_id>/restart")
def restart(instance_id: uuid.UUID) -> str:
    """Show where an ended instance can be started again."""
    with tuidan().transaction() as session:
        view = instance_view(session, instance_id)
        if view.instance.status == "running":
            raise StillRunning
        places = places_to_restart(tuidan().engine, session, instance_id)
        shown = reachable(drawings(deployment_files(session, view.definition.deployment_id)), view, places)
        return render_template(
            "operator/restart.html",
            view=view,
            places=places,
            picked=request.args.get("place", ""),
            scopes={scope: drawing.name for drawing in shown for scope in drawing.scopes},
            drawings=shown,
            diagram=chosen_drawing(shown, view.instance.process_id),
        )


@blueprint.get("/instances/<uuid:instance_id>/restart/element")
def restart_element(instance_id: uuid.UUID) -> str:
    """Whether an instance can begin at an element that was picked on the diagram."""
    element_id = request.args.get("element", "").replace("\x00", "")
    scopes = request.args.getlist("scope")
    with tuidan().transaction() as session:
        places = places_to_restart(tuidan().engine, session, instance_id)
    found: list[Place] = [p for p in places if p.element_id == element_id and p.process_id in scopes]
    return render_template(
        "operator/parts/restart_element.html",
        name=request.args.get("name", "")[:200] or element_id,
        places=found,
        instance_id=instance_id,
        diagram=request.args.get("diagram", ""),
        message_of=message_of,
    )


@blueprint.post("/instances/<uuid:instance_id>/restart")
def start_again(instance_id: uuid.UUID) -> Response:
    """Start a new instance at the chosen element."""
    product = tuidan()
    label = gettext("Variables")
    variables = read_value(label, form_text("variables") or "{}")
    if not isinstance(variables, dict):
        raise VariableInvalid(name=label, why=gettext("it isn't a JSON object"))
    with product.transaction() as session:
        started = restart_instance(
            product.engine,
            session,
            instance_id,
            read_place(form_text("place")) or ("", ""),
            variables=variables,
            reason=reason_given(),
            actor=reader().actor,
        )
    flash(gettext("Started again: this is the new instance."), "good")
    return redirect(url_for("operator.instance", instance_id=started), code=303)
