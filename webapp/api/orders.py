"""Orders and their payments, as a shop's system reports them."""

from __future__ import annotations

from werkzeug.wrappers import Response

from engine.values import JSON
from processes.catalog.shops import Goods
from processes.integration.requests import Answer
from processes.orders.errors import OrderNotFound
from processes.orders.orders import find_order
from processes.orders.paying import record_payment
from processes.orders.placing import OrderedLine, PlaceOrder, place_order
from processes.orders.queries import order_view
from processes.orders.tables import Order
from processes.wallet.books import VoucherTerms
from webapp.api.access import Caller, change, read
from webapp.api.bodies import order_body
from webapp.api.schemas import OrderIn, PaymentIn
from webapp.context import now


def post_order() -> Response:
    """Place an order: 201, or 200 if it was placed before with the same content."""
    return change(OrderIn, _place)


def get_order(order_no: str) -> Response:
    """Answer with an order of the shop."""

    def answer(who: Caller) -> dict[str, JSON]:
        return order_body(order_view(who.session, order_no, who.actor))

    return read(answer)


def post_payment(order_no: str) -> Response:
    """Record a payment of an order; answers with the order."""

    def perform(who: Caller, body: PaymentIn) -> Answer:
        order = find_order(who.session, own_order(who, order_no).order_no, lock=True)
        record_payment(
            who.session,
            order,
            tender=body.tender,
            reference=body.reference,
            amount=body.amount,
            captured_at=body.captured_at,
            now=now(),
            terms=VoucherTerms(kind=body.kind or "", valid_until=body.valid_until),
        )
        return Answer(status=201, body=order_body(order))

    return change(PaymentIn, perform)


def own_order(who: Caller, order_no: str) -> Order:
    """Return an order of the caller's shop.

    Raises:
        OrderNotFound: There is none, or it is another shop's.
    """
    order = order_view(who.session, order_no, who.actor)
    if order.shop_id != who.shop.id:
        raise OrderNotFound
    return order


def _place(who: Caller, body: OrderIn) -> Answer:
    command = PlaceOrder(
        order_no=body.order_no,
        buyer_login=body.buyer.login,
        buyer_name=body.buyer.name,
        lines=[
            OrderedLine(
                goods=Goods(
                    sku=line.sku,
                    title=line.title,
                    category=line.category,
                    price=line.unit_price,
                    currency=body.currency,
                    code=line.listing,
                    variant=line.variant,
                    description=line.description,
                    image=line.image,
                    custom_made=line.custom_made,
                ),
                quantity=line.quantity,
            )
            for line in body.lines
        ],
        placed_at=body.placed_at,
        currency=body.currency,
        discount=body.discount,
        freight=body.freight,
        receiver=body.receiver.model_dump(),
        remark=body.remark,
        promised_ship_by=body.promised_ship_by,
        promised_at=body.promised_at,
    )
    placed = place_order(who.session, who.shop, command, now=now())
    return Answer(status=200 if placed.repeated else 201, body=order_body(placed.order))
