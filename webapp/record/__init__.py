"""The shops' record: a shop's own for its sellers, everybody's for the platform, with trends as plots."""

from __future__ import annotations

from flask import Blueprint

from processes.people.roles import Role
from webapp.auth.roles import guard

blueprint = Blueprint("record", __name__, url_prefix="/record")
guard(blueprint, Role.SELLER, Role.AGENT, Role.SENIOR)

from webapp.record import views  # noqa: E402 - the views hang themselves on the blueprint

__all__ = ["blueprint", "views"]
