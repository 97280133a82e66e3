"""People's tasks that are done on no case's page: of processes that run for none, and of operators."""

from __future__ import annotations

from flask import Blueprint

from processes.people.roles import Role
from webapp.auth.roles import guard

blueprint = Blueprint("tasks", __name__, url_prefix="/tasks")
guard(blueprint, *Role)

from webapp.tasks import listing, task  # noqa: E402 - the views hang themselves on the blueprint

__all__ = ["blueprint", "listing", "task"]
