"""Evidence over HTTP: what a form brings, and handing a file out to those whom it concerns."""

from __future__ import annotations

from flask import Blueprint

from processes.people.roles import Role
from webapp.auth.roles import guard

blueprint = Blueprint("evidence", __name__, url_prefix="/evidence")
guard(blueprint, *Role)

from webapp.evidence import files  # noqa: E402 - the views hang themselves on the blueprint

__all__ = ["blueprint", "files"]
