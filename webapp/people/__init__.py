"""What every signed-in person has: notifications, and what of them comes by e-mail."""

from __future__ import annotations

from flask import Blueprint

from processes.people.roles import Role
from webapp.auth.roles import guard

blueprint = Blueprint("people", __name__)
guard(blueprint, *Role)

from webapp.people import notifications, settings  # noqa: E402 - the views hang themselves on the blueprint

__all__ = ["blueprint", "notifications", "settings"]
