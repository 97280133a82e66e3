"""我的订单: the list of a buyer's orders, and one order with its parcels."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from processes.cases.commands import Offer, eligibility
from processes.orders.queries import COUNT_LIMIT, counts_for_buyer, my_orders, order_view
from processes.orders.rules import OrderState
from processes.orders.tables import Order
from processes.shipping.offers import find_offer, take_offer
from processes.shipping.queries import offers_of, shipments_of
from processes.shipping.tables import CancellationOffer
from webapp.buyer import blueprint
from webapp.context import now, reader, tuidan
from webapp.formatting import instant
from webapp.parameters import choice, search_words
from webapp.wording import word

STATES = tuple(str(state) for state in OrderState)


@dataclass(frozen=True, kw_only=True)
class GoneOffer:
    """An offer that the buyer was told of, and that has ended: since when, and why."""

    reason: str
    offered_at: dt.datetime
    ended_at: dt.datetime
    end: str


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What a buyer can do about an order.

    Attributes:
        direct: Nobody has to be asked: the button says cancel, not request.
        refusals: Why nothing can be cancelled, each text once: code and the table's words.
        open_cases: Cases that are open on lines of the order.
        offered: Cancellations that the platform offers of its own accord, the latest first.
        gone: Those that it offered before, and that can't be taken any more.
    """

    allowed: bool
    direct: bool
    refusals: tuple[tuple[str, str], ...]
    open_cases: tuple[str, ...]
    offered: tuple[CancellationOffer, ...]
    gone: tuple[GoneOffer, ...]


@blueprint.get("/orders")
def orders() -> str:
    """List the buyer's orders."""
    search, state = search_words(), choice("state", STATES)
    person = reader()
    with tuidan().transaction() as session:
        found = my_orders(
            session, person.account_id, search=search, state=state, after=request.args.get("after")
        )
        counts = counts_for_buyer(session, person.account_id)
        return render_template(
            "buyer/orders.html",
            found=found,
            counts=counts,
            count_limit=COUNT_LIMIT,
            states=STATES,
            search=search,
            state=state,
        )


@blueprint.get("/orders/<order_no>")
def order(order_no: str) -> str:
    """Show one order, and what can be done about it."""
    product = tuidan()
    with product.transaction() as session:
        one = order_view(session, order_no, reader().actor)
        offers = eligibility(session, product.engine, one, now())
        offered = offers_of(session, one.id)
        return render_template(
            "buyer/order.html",
            order=one,
            shipments=shipments_of(session, one.id),
            choices=choices_of(one, offers, offered),
            cases_by_line=open_cases_by_line(offers),
        )


@blueprint.post("/orders/<order_no>/offers/<uuid:offer_id>")
def take(order_no: str, offer_id: uuid.UUID) -> Response:
    """Take a cancellation that was offered: reason and evidence are the records'."""
    product, person = tuidan(), reader()
    with product.transaction() as session:
        order_view(session, order_no, person.actor)
        offer = find_offer(session, offer_id, person.actor)
        case = take_offer(
            session,
            product.engine,
            offer_id,
            text=facts_of(offer),
            actor=person.actor,
            now=now(),
        )
        case_no = case.case_no
    return redirect(url_for("buyer.case", case_no=case_no))


def facts_of(offer: CancellationOffer) -> str:
    """What the records say that an offer rests on, for the shop to read."""
    parcel = offer.shipment
    text: str
    if parcel is None:
        promised = offer.order.promised_ship_by
        text = gettext(
            "Not shipped by %(promised)s as promised. Offered by the platform.",
            promised=instant(promised) if promised else "—",
        )
        return text
    if offer.reason == "L_DELAY" and parcel.stalled_at is not None:
        text = gettext(
            "From the tracking of parcel %(carrier)s %(number)s: no scan since %(last)s, "
            "promised for %(promised)s. Offered by the platform.",
            carrier=parcel.carrier,
            number=parcel.tracking_no,
            last=instant(parcel.last_event_at or parcel.shipped_at),
            promised=instant(parcel.promised_at) if parcel.promised_at else "—",
        )
        return text
    known = {
        "carrier": parcel.carrier,
        "number": parcel.tracking_no,
        "promised": instant(parcel.promised_at) if parcel.promised_at else "—",
        "last": instant(parcel.last_event_at) if parcel.last_event_at else "—",
        "state": word(str(parcel.state), "shipment_state"),
    }
    text = gettext(
        "From the tracking of parcel %(carrier)s %(number)s: %(state)s, last heard of on %(last)s, "
        "promised for %(promised)s. Offered by the platform.",
        **known,
    )
    return text


def choices_of(order: Order, offers: list[Offer], offered: list[CancellationOffer]) -> Choices:
    """Sum up what the flows offer."""
    possible = {reason for offer in offers for reason in offer.reasons}
    moment = now()
    standing = [offer for offer in offered if offer.reason in possible and offer.stands(moment)]
    open_cases = dict.fromkeys(line.in_case for offer in offers for line in offer.lines if line.in_case)
    return Choices(
        allowed=bool(possible),
        direct=order.state == OrderState.UNPAID,
        refusals=tuple(dict.fromkeys((offer.code, offer.text) for offer in offers if not offer.allowed)),
        open_cases=tuple(open_cases),
        offered=tuple(standing),
        gone=tuple(
            GoneOffer(
                reason=offer.reason,
                offered_at=offer.offered_at,
                ended_at=offer.lapsed_at or offer.valid_until or moment,
                end=end.value,
            )
            for offer in offered
            if (end := offer.ended(moment)) is not None
        ),
    )


def open_cases_by_line(offers: list[Offer]) -> dict[uuid.UUID, str]:
    """The open case of each line that has one."""
    return {line.line_id: line.in_case for offer in offers for line in offer.lines if line.in_case}
