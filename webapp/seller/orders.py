"""订单管理: the shop's orders."""

from __future__ import annotations

from flask import render_template, request

from processes.cases.commands import eligibility
from processes.cases.lists import order_cases
from processes.cases.rules import Initiator
from processes.orders.queries import COUNT_LIMIT, counts_for_shops, order_view, shop_orders
from processes.orders.rules import OrderState
from processes.shipping.queries import shipments_of
from webapp.buyer.orders import choices_of, open_cases_by_line
from webapp.context import now, reader, tuidan
from webapp.parameters import choice, search_words
from webapp.seller import blueprint

STATES = tuple(str(state) for state in OrderState)


@blueprint.get("/orders")
def orders() -> str:
    """List the shop's orders."""
    search, state = search_words(), choice("state", STATES)
    shop_ids = list(reader().shop_ids)
    with tuidan().transaction() as session:
        found = shop_orders(session, shop_ids, search=search, state=state, after=request.args.get("after"))
        counts = counts_for_shops(session, shop_ids)
        return render_template(
            "seller/orders.html",
            found=found,
            counts=counts,
            count_limit=COUNT_LIMIT,
            states=STATES,
            search=search,
            state=state,
        )


@blueprint.get("/orders/<order_no>")
def order(order_no: str) -> str:
    """Show one order, and whether the shop itself can cancel it."""
    product = tuidan()
    with product.transaction() as session:
        one = order_view(session, order_no, reader().actor)
        offers = eligibility(session, product.engine, one, now(), Initiator.SELLER)
        return render_template(
            "seller/order.html",
            order=one,
            shipments=shipments_of(session, one.id),
            cases=order_cases(session, one.id),
            choices=choices_of(one, offers, []),
            cases_by_line=open_cases_by_line(offers),
        )
