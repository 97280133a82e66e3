"""Commands on one instance: suspend, resume and cancel it or a call of it, each with a reason."""

from __future__ import annotations

import uuid

from flask import flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.commands.cancel import cancel_instance
from engine.commands.suspend import resume_instance, suspend_instance
from engine.commands.suspend_job import resume_job, suspend_job
from webapp.context import reader, tuidan
from webapp.operator import blueprint
from webapp.parameters import form_text


@blueprint.post("/instances/<uuid:instance_id>/suspend")
def suspend(instance_id: uuid.UUID) -> Response:
    """Let nothing happen to an instance until it is resumed."""
    product = tuidan()
    with product.transaction() as session:
        suspend_instance(product.engine, session, instance_id, reason=_reason(), actor=reader().actor)
    return _back(instance_id, gettext("Suspended: nothing happens to it until it is resumed."))


@blueprint.post("/instances/<uuid:instance_id>/resume")
def resume(instance_id: uuid.UUID) -> Response:
    """Let an instance go on."""
    product = tuidan()
    with product.transaction() as session:
        resume_instance(product.engine, session, instance_id, reason=_reason(), actor=reader().actor)
    return _back(instance_id, gettext("Resumed: what came due meanwhile happens now."))


@blueprint.post("/instances/<uuid:instance_id>/cancel")
def cancel(instance_id: uuid.UUID) -> Response:
    """End an instance where it stands."""
    product = tuidan()
    with product.transaction() as session:
        cancel_instance(product.engine, session, instance_id, reason=_reason(), actor=reader().actor)
    return _back(instance_id, gettext("Cancelled: it has ended where it stood."))


@blueprint.post("/instances/<uuid:instance_id>/jobs/<int:element_instance>/suspend")
def suspend_call(instance_id: uuid.UUID, element_instance: int) -> Response:
    """Don't make an external call until it is resumed."""
    product = tuidan()
    with product.transaction() as session:
        suspend_job(
            product.engine, session, instance_id, element_instance, reason=_reason(), actor=reader().actor
        )
    return _back(instance_id, gettext("The call isn't made until it is resumed."))


@blueprint.post("/instances/<uuid:instance_id>/jobs/<int:element_instance>/resume")
def resume_call(instance_id: uuid.UUID, element_instance: int) -> Response:
    """Let an external call be made."""
    product = tuidan()
    with product.transaction() as session:
        resume_job(
            product.engine, session, instance_id, element_instance, reason=_reason(), actor=reader().actor
        )
    return _back(instance_id, gettext("The call is made when its turn comes."))


def _reason() -> str:
    return form_text("reason")


def _back(instance_id: uuid.UUID, message: str) -> Response:
    flash(message, "good")
    return redirect(url_for("operator.instance", instance_id=instance_id), code=303)
