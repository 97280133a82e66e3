"""取消订单: a cancellation that the shop itself needs, by the buyer's form with the shop's reasons."""

from __future__ import annotations

import uuid

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from engine.errors import NotFound, TuidanError
from processes.cases.commands import RequestCancellation, request_cancellation
from processes.cases.rules import Initiator
from webapp.buyer.requests import KEY_MAXIMUM, Side, choice_sent, estimate_part, lines_sent, request_page
from webapp.context import now, reader, tuidan
from webapp.parameters import form_text
from webapp.seller import blueprint

SELLER = Side(
    initiator=Initiator.SELLER.value,
    template="seller/request.html",
    order_endpoint="seller.order",
    estimate_endpoint="seller.request_estimate",
)


@blueprint.get("/orders/<order_no>/cancel")
def request_form(order_no: str) -> Response | str:
    """Show the form, or the order's page with the reason if the shop can't cancel it."""
    return request_page(order_no, key=uuid.uuid4().hex, reason=request.args.get("reason", ""), side=SELLER)


@blueprint.get("/orders/<order_no>/cancel/estimate")
def request_estimate(order_no: str) -> str:
    """Show what the choices that stand in the form would give back to the buyer."""
    return estimate_part(order_no, side=SELLER)


@blueprint.post("/orders/<order_no>/cancel")
def submit_request(order_no: str) -> Response | str | tuple[str, int]:
    """Cancel what is named; sent twice, it is one case."""
    product, person, instant = tuidan(), reader(), now()
    flow, reason = choice_sent(request.form)
    command = RequestCancellation(
        order_no=order_no,
        lines=lines_sent(request.form),
        reason=reason,
        text=form_text("text"),
        initiator=Initiator.SELLER,
        idempotency_key=form_text("key")[:KEY_MAXIMUM] or uuid.uuid4().hex,
        flow=flow or None,
    )
    try:
        with product.transaction() as session:
            case = request_cancellation(
                session,
                product.engine,
                command,
                person.actor,
                instant,
                tender_order=product.settings.tender_order,
            )
            case_no = case.case_no
    except NotFound:
        raise
    except TuidanError as refusal:
        page = request_page(
            order_no, key=uuid.uuid4().hex, reason=reason, flow=flow, refusal=refusal, side=SELLER
        )
        return page if isinstance(page, Response) else (page, refusal.kind.value)
    return redirect(url_for("seller.case", case_no=case_no))
