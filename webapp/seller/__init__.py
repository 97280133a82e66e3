"""The seller's pages: what waits for a decision, one case, the shop's orders."""

from __future__ import annotations

from flask import Blueprint

from processes.people.roles import Role
from webapp.auth.roles import guard

blueprint = Blueprint("seller", __name__, url_prefix="/seller")
guard(blueprint, Role.SELLER)

from webapp.seller import batch, calendar, cases, inbox, orders, requests, statements, stock, tracking  # noqa: E402 - the views hang themselves on the blueprint

__all__ = [
    "batch",
    "blueprint",
    "calendar",
    "cases",
    "inbox",
    "orders",
    "requests",
    "statements",
    "stock",
    "tracking",
]
