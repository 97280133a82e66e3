"""订单管理: the shop's orders."""

from __future__ import annotations

from flask import render_template

from processes.cases.lists import order_cases
from processes.orders.queries import counts_for_shops, order_view, shop_orders
from processes.orders.rules import OrderState
from processes.shipping.queries import shipments_of
from webapp.context import reader, tuidan
from webapp.parameters import choice, page_number, search_words
from webapp.seller import blueprint

STATES = tuple(str(state) for state in OrderState)


@blueprint.get("/orders")
def orders() -> str:
    """List the shop's orders."""
    search, state = search_words(), choice("state", STATES)
    shop_ids = list(reader().shop_ids)
    with tuidan().transaction() as session:
        found = shop_orders(session, shop_ids, search=search, state=state, page=page_number())
        counts = counts_for_shops(session, shop_ids)
        return render_template(
            "seller/orders.html", found=found, counts=counts, states=STATES, search=search, state=state
        )


@blueprint.get("/orders/<order_no>")
def order(order_no: str) -> str:
    """Show one order."""
    with tuidan().transaction() as session:
        one = order_view(session, order_no, reader().actor)
        cases = order_cases(session, one.id)
        by_line = {
            line.order_line_id: case.case_no
            for case in cases
            if case.closed_at is None
            for line in case.lines
        }
        return render_template(
            "seller/order.html",
            order=one,
            shipments=shipments_of(session, one.id),
            cases=cases,
            cases_by_line=by_line,
        )
