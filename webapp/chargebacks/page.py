"""The list of charge-backs, by a role's template."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, request

from processes.chargebacks.reading import STATUSES, chargebacks
from webapp.context import tuidan
from webapp.parameters import choice


@dataclass(frozen=True, kw_only=True)
class Frame:
    """A role's page of charge-backs.

    Attributes:
        template: Extends the role's frame.
        endpoint: The page itself.
        order_endpoint: The page of an order; empty if the role has none.
        case_endpoint: The page of a case, or of its process instances.
        case_argument: How that takes the case's number.
    """

    template: str
    endpoint: str
    order_endpoint: str = ""
    case_endpoint: str
    case_argument: str = "case_no"


def chargeback_page(frame: Frame) -> str:
    """Show a page of charge-backs, all of them or those of one state."""
    status = choice("status", STATUSES)
    with tuidan().transaction() as session:
        page = chargebacks(session, status=status, after=request.args.get("after"))
        return render_template(frame.template, page=page, frame=frame, status=status, statuses=STATUSES)
