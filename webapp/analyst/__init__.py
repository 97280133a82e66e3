"""The analyst's pages: processes with their versions, drawing them, and deploying what was drawn."""

from __future__ import annotations

from flask import Blueprint

from processes.people.roles import Role
from webapp.auth.roles import guard

blueprint = Blueprint("analyst", __name__, url_prefix="/analyst")
guard(blueprint, Role.ANALYST)

from webapp.analyst import definitions, deploying, findings, modeling, releasing, whatif  # noqa: E402 - views

__all__ = ["blueprint", "definitions", "deploying", "findings", "modeling", "releasing", "whatif"]
