"""评价: rating how a case was handled, answering a rating, hiding one."""

from __future__ import annotations

from flask import Blueprint

from processes.people.roles import Role
from webapp.auth.roles import guard

blueprint = Blueprint("ratings", __name__, url_prefix="/ratings")
guard(blueprint, Role.BUYER, Role.SELLER, Role.AGENT, Role.SENIOR)

from webapp.ratings import views  # noqa: E402 - the views hang themselves on the blueprint

__all__ = ["blueprint", "views"]
