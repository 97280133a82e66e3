"""The operator's pages: what runs, what waits, what has failed, and trying things out."""

from __future__ import annotations

from flask import Blueprint

from processes.people.roles import Role
from webapp.auth.roles import guard

blueprint = Blueprint("operator", __name__, url_prefix="/operator")
guard(blueprint, Role.OPERATOR)

from webapp.operator import (  # noqa: E402 - views
    books,
    chargebacks,
    commands,
    incident,
    incidents,
    instance,
    instances,
    kept,
    letters,
    modifying,
    overview,
    record,
    restarting,
    retries,
    sending,
    starts,
    stock,
    stores,
    tracking,
    trials,
    variables,
    wording,
)

__all__ = [
    "blueprint",
    "books",
    "chargebacks",
    "commands",
    "incident",
    "incidents",
    "instance",
    "instances",
    "kept",
    "letters",
    "modifying",
    "overview",
    "record",
    "restarting",
    "retries",
    "sending",
    "starts",
    "stock",
    "stores",
    "tracking",
    "trials",
    "variables",
    "wording",
]
