"""申请取消: the form that asks for a cancellation."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Mapping

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.errors import NotFound, TuidanError
from processes.cases.commands import Offer, RequestCancellation, eligibility
from processes.cases.reasons import REASONS, flow_of
from processes.cases.requesting import TEXT_MAXIMUM
from processes.evidence.requesting import request_with_evidence
from processes.orders.queries import order_view
from webapp.buyer import blueprint
from webapp.cases.estimates import estimate_shown
from webapp.context import now, reader, tuidan
from webapp.errors.messages import advice_of, message_of
from webapp.evidence.uploads import uploaded
from webapp.parameters import form_text, uuid_or_none

QUANTITY = "quantity-"
KEY_MAXIMUM = 100
OTHER = "OTHER"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Side:
    """Who asks for a cancellation by the form.

    Attributes:
        initiator: ``buyer`` or ``seller``.
        template: Draws the form.
        order_endpoint: The order's page, which says why nothing can be asked for.
        estimate_endpoint: Says what would be paid back.
    """

    initiator: str
    template: str
    order_endpoint: str
    estimate_endpoint: str


BUYER = Side(
    initiator="buyer",
    template="buyer/request.html",
    order_endpoint="buyer.order",
    estimate_endpoint="buyer.request_estimate",
)


@blueprint.get("/orders/<order_no>/cancel")
def request_form(order_no: str) -> Response | str:
    """Show the form, or the order's page with the reason if nothing can be asked for."""
    return request_page(order_no, key=uuid.uuid4().hex, reason=request.args.get("reason", ""))


@blueprint.post("/orders/<order_no>/cancel")
def submit_request(order_no: str) -> Response | str | tuple[str, int]:
    """Ask for the cancellation; sent twice, it is one case."""
    product, person, instant = tuidan(), reader(), now()
    flow, reason = choice_sent(request.form)
    key = form_text("key")[:KEY_MAXIMUM] or uuid.uuid4().hex
    command = RequestCancellation(
        order_no=order_no,
        lines=lines_sent(request.form),
        reason=reason,
        text=form_text("text"),
        idempotency_key=key,
        flow=flow or None,
    )
    try:
        drafts = uploaded()
        with product.transaction() as session:
            order_view(session, order_no, person.actor)
            case = request_with_evidence(
                session,
                product.engine,
                product.evidence,
                command,
                drafts,
                person.actor,
                instant,
                tender_order=product.settings.tender_order,
            )
            case_no = case.case_no
    except NotFound:
        raise
    except TuidanError as refusal:
        page = request_page(order_no, key=uuid.uuid4().hex, reason=reason, flow=flow, refusal=refusal)
        return page if isinstance(page, Response) else (page, refusal.kind.value)
    return redirect(url_for("buyer.case", case_no=case_no))


@blueprint.get("/orders/<order_no>/cancel/estimate")
def request_estimate(order_no: str) -> str:
    """Show what the choices that stand in the form would give back."""
    return estimate_part(order_no, side=BUYER)


def estimate_part(order_no: str, *, side: Side) -> str:
    """Render the estimate for what stands in the form, which comes as parameters of the address.

    Raises:
        OrderNotFound: There is no such order, or it isn't the reader's.
    """
    flow, reason = choice_sent(request.args)
    command = RequestCancellation(
        order_no=order_no,
        lines=lines_sent(request.args),
        reason=reason,
        initiator=side.initiator,
        flow=flow or None,
    )
    with tuidan().transaction() as session:
        order = order_view(session, order_no, reader().actor)
        return render_template(
            "parts/estimate.html", estimate=estimate_shown(session, order, command), order=order
        )


def request_page(
    order_no: str,
    *,
    key: str,
    reason: str,
    flow: str = "",
    refusal: TuidanError | None = None,
    side: Side = BUYER,
) -> Response | str:
    """Show the form, with what was sent and why that was refused; or the order if nothing can be asked for.

    Raises:
        OrderNotFound: There is no such order, or it isn't the reader's.
    """
    product = tuidan()
    with product.transaction() as session:
        order = order_view(session, order_no, reader().actor)
        offers = eligibility(session, product.engine, order, now(), side.initiator)
        if not any(offer.allowed for offer in offers) and refusal is None:
            return redirect(url_for(side.order_endpoint, order_no=order_no))
        chosen = _chosen(offers, flow, reason)
        available = {line.line_id: line for offer in offers for line in offer.lines}
        return render_template(
            side.template,
            order=order,
            offers=_shown(order.state, offers),
            available=available,
            reasons=REASONS,
            key=key,
            chosen=chosen,
            estimate=estimate_shown(
                session,
                order,
                RequestCancellation(
                    order_no=order_no,
                    lines=lines_sent(request.form) or _all_units(offers),
                    reason=chosen[1],
                    initiator=side.initiator,
                    flow=chosen[0] or None,
                ),
            ),
            estimate_endpoint=side.estimate_endpoint,
            text=request.form.get("text", ""),
            text_maximum=TEXT_MAXIMUM,
            quantities={
                name.removeprefix(QUANTITY): value
                for name, value in request.form.items()
                if name.startswith(QUANTITY)
            },
            error=message_of(refusal) if refusal else "",
            advice=advice_of(refusal) if refusal else "",
            error_code=refusal.code if refusal else "",
        )


def _shown(order_state: str, offers: list[Offer]) -> list[Offer]:
    """The flows that can be chosen; the reason that fits all of them is shown in one."""
    allowed = [offer for offer in offers if offer.allowed]
    having = [offer.flow for offer in allowed if OTHER in offer.reasons]
    if not having:
        return allowed
    natural = flow_of(OTHER, order_state)
    kept = natural if natural in having else having[0]
    return [
        offer
        if offer.flow == kept
        else dataclasses.replace(offer, reasons=tuple(code for code in offer.reasons if code != OTHER))
        for offer in allowed
    ]


def choice_sent(values: Mapping[str, str]) -> tuple[str, str]:
    """The flow and the reason that were picked; one reason may be offered by several flows."""
    flow, _, reason = values.get("choice", "").partition(":")
    return flow, reason


def _all_units(offers: list[Offer]) -> tuple[tuple[uuid.UUID, int], ...]:
    """What stands in the form before anybody has changed it: everything that can be cancelled."""
    return tuple((line.line_id, line.quantity) for line in offers[0].lines if line.quantity)


def _chosen(offers: list[Offer], flow: str, reason: str) -> tuple[str, str]:
    """The choice that is ticked when the form is shown: what was sent, else the first flow that fits."""
    fitting = [offer.flow.value for offer in offers if reason in offer.reasons]
    return (flow if flow in fitting else next(iter(fitting), ""), reason)


def lines_sent(values: Mapping[str, str]) -> tuple[tuple[uuid.UUID, int], ...]:
    """The units that are asked for; a quantity that is no number counts as one that can't be."""
    lines = []
    for name, value in values.items():
        line_id = uuid_or_none(name.removeprefix(QUANTITY)) if name.startswith(QUANTITY) else None
        if line_id is None or value.strip() in {"", "0"}:
            continue
        number = value.strip()
        lines.append(
            (line_id, int(number) if number.isascii() and number.isdigit() and len(number) < 7 else -1)
        )
    return tuple(lines)
