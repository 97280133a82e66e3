"""Pages on which analysts and operators move instances between versions of a process."""

from __future__ import annotations

from flask import Blueprint

from processes.people.roles import Role
from webapp.auth.roles import guard

blueprint = Blueprint("migrating", __name__, url_prefix="/migrations")
guard(blueprint, Role.ANALYST, Role.OPERATOR)

from webapp.migrating import planning, showing, wording  # noqa: E402 - views

__all__ = ["blueprint", "planning", "showing", "wording"]
