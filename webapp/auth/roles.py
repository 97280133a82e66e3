"""Who may open which pages, and where each role lands after signing in."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from flask import Blueprint, current_app, request, url_for
from werkzeug.exceptions import Unauthorized

from engine.errors import Kind, TuidanError
from processes.people.roles import Role
from webapp.context import Reader, current_reader

P = ParamSpec("P")
R = TypeVar("R")

LANDING = {
    Role.BUYER: "buyer.orders",
    Role.SELLER: "seller.inbox",
    Role.AGENT: "platform.queue",
    Role.SENIOR: "platform.queue",
    Role.OPERATOR: "operator.index",
    Role.ANALYST: "analyst.index",
}


class WrongRole(TuidanError):
    """This page belongs to another role."""

    code = "people.wrong_role"
    kind = Kind.FORBIDDEN


def require(roles: frozenset[Role]) -> Reader:
    """Return the reader if he has one of the roles.

    Raises:
        Unauthorized: Nobody is signed in.
        WrongRole: Somebody else is.
    """
    person = current_reader()
    if person is None:
        raise Unauthorized
    if person.role not in roles:
        raise WrongRole
    return person


def roles_required(*roles: Role) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Open a view to some roles only."""
    allowed = frozenset(roles)

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            require(allowed)
            return view(*args, **kwargs)

        return guarded

    return decorate


def guard(blueprint: Blueprint, *roles: Role) -> None:
    """Open all pages of a blueprint to some roles only."""
    allowed = frozenset(roles)

    @blueprint.before_request
    def _check() -> None:
        require(allowed)


def landing_page(role: Role) -> str:
    """The address of the page that a role starts from."""
    endpoint = LANDING[role]
    if endpoint not in current_app.view_functions:
        endpoint = f"{endpoint.split('.')[0]}.index"
    return url_for(endpoint)


def sign_in_address() -> str:
    """Where a visitor signs in, and comes back from to the page he asked for."""
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return url_for("auth.sign_in", next=wanted)
