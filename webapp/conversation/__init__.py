"""协商: the conversation in a case, as a part of the case's page and as a page of its own."""

from __future__ import annotations

from flask import Blueprint

from processes.people.roles import Role
from webapp.auth.roles import guard

blueprint = Blueprint("conversation", __name__, url_prefix="/conversation")
guard(blueprint, Role.BUYER, Role.SELLER, Role.AGENT, Role.SENIOR)

from webapp.conversation import messages  # noqa: E402 - the views hang themselves on the blueprint

__all__ = ["blueprint", "messages"]
