"""Commands on one instance that need only a reason: suspend, resume and cancel it, or a call of it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.commands.cancel import cancel_instance
from engine.commands.record import checked_reason
from engine.commands.suspend import resume_instance, suspend_instance
from engine.commands.suspend_job import resume_job, suspend_job
from webapp.context import reader, tuidan
from webapp.operator import blueprint
from webapp.operator.answering import back_to_instance, reason_given


@blueprint.post("/instances/<uuid:instance_id>/suspend")
def suspend(instance_id: uuid.UUID) -> Response:
    """Let nothing happen to an instance until it is resumed."""
    _do(suspend_instance, instance_id)
    return back_to_instance(instance_id, gettext("Suspended: nothing happens to it until it is resumed."))


@blueprint.post("/instances/<uuid:instance_id>/resume")
def resume(instance_id: uuid.UUID) -> Response:
    """Let an instance go on."""
    _do(resume_instance, instance_id)
    return back_to_instance(instance_id, gettext("Resumed: what came due meanwhile happens now."))


@blueprint.post("/instances/<uuid:instance_id>/cancel")
def cancel(instance_id: uuid.UUID) -> Response:
    """End an instance where it stands."""
    _do(cancel_instance, instance_id)
    return back_to_instance(instance_id, gettext("Cancelled: it has ended where it stood."))


@blueprint.post("/instances/<uuid:instance_id>/jobs/<int:element_instance>/suspend")
def suspend_call(instance_id: uuid.UUID, element_instance: int) -> Response:
    """Don't make an external call until it is resumed."""
    _do(suspend_job, instance_id, element_instance)
    return back_to_instance(instance_id, gettext("The call isn't made until it is resumed."))


@blueprint.post("/instances/<uuid:instance_id>/jobs/<int:element_instance>/resume")
def resume_call(instance_id: uuid.UUID, element_instance: int) -> Response:
    """Let an external call be made."""
    _do(resume_job, instance_id, element_instance)
    return back_to_instance(instance_id, gettext("The call is made when its turn comes."))


@blueprint.post("/instances/<uuid:instance_id>/ad-hoc/<int:element_instance>/<activity>")
def start_activity(instance_id: uuid.UUID, element_instance: int, activity: str) -> Response:
    """Start an activity of an ad-hoc subprocess, whatever group it is for."""
    product = tuidan()
    with product.transaction() as session:
        product.engine.start_activity(
            session,
            instance_id,
            element_instance,
            activity,
            actor=reader().actor,
            reason=checked_reason(reason_given()),
            for_any_group=True,
        )
    return back_to_instance(instance_id, gettext("Started."))


def _do(command: Callable[..., Any], *of: uuid.UUID | int) -> None:
    """Do a command in a transaction of its own, with the reader as its author and the reason given."""
    product = tuidan()
    with product.transaction() as session:
        command(product.engine, session, *of, reason=reason_given(), actor=reader().actor)
