"""The buyer's pages: orders, asking for a cancellation, and how it goes on."""

from __future__ import annotations

from flask import Blueprint

from processes.people.roles import Role
from webapp.auth.roles import guard

blueprint = Blueprint("buyer", __name__)
guard(blueprint, Role.BUYER)

from webapp.buyer import cases, orders, requests, wallet  # noqa: E402 - the views hang themselves on the blueprint

__all__ = ["blueprint", "cases", "orders", "requests", "wallet"]
