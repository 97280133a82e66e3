"""What the forms of an instance's commands share: the reason, the version that was seen, the way back."""

from __future__ import annotations

import uuid

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from webapp.parameters import form_text

UNSEEN = -1


def reason_given() -> str:
    """Why it is done; the engine refuses an empty one."""
    return form_text("reason")


def seen_version() -> int:
    """The version of the execution that the page showed; one that no instance has, if it is missing."""
    text = request.form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else UNSEEN


def back_to_instance(instance_id: uuid.UUID, message: str) -> Response:
    """Say what was done on the page of the instance."""
    flash(message, "good")
    return redirect(url_for("operator.instance", instance_id=instance_id), code=303)
