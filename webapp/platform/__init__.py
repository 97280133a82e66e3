"""The platform agents' pages: disputes that wait for a ruling, charge-backs, and requests for erasure."""

from __future__ import annotations

from flask import Blueprint

from processes.people.roles import Role
from webapp.auth.roles import guard

blueprint = Blueprint("platform", __name__, url_prefix="/platform")
guard(blueprint, Role.AGENT, Role.SENIOR)

from webapp.platform import chargebacks, disputes, privacy, statements  # noqa: E402 - the views hang themselves on the blueprint

__all__ = ["blueprint", "chargebacks", "disputes", "privacy", "statements"]
