"""Orders are placed once, share out their discount, and are paid by one or several tenders."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from processes.catalog.shops import Goods, create_shop
from processes.catalog.tables import Shop, StockItem
from processes.orders.errors import (
    CurrencyMixed,
    DiscountTooLarge,
    OrderConflict,
    OrderEmpty,
    OrderNotFound,
    PaymentConflict,
    PaymentExceedsTotal,
)
from processes.orders.orders import find_order
from processes.orders.paying import record_payment
from processes.orders.placing import OrderedLine, PlaceOrder, place_order
from processes.orders.queries import counts_for_buyer, my_orders, order_view, shop_orders
from processes.orders.searching import make_searchable, matches
from processes.orders.tables import Order, Payment
from processes.people.accounts import actor_of

NOW = dt.datetime(2026, 3, 1, 4, 0, tzinfo=dt.UTC)


@pytest.fixture
def shop(session: Session) -> Shop:
    return create_shop(session, slug="yunduan", name="云端服饰", return_address={}, now=NOW)


def goods(sku: str = "TS-01", price: int = 1000, currency: str = "CNY") -> Goods:
    return Goods(sku=sku, title=f"纯棉T恤 {sku}", category="apparel", price=price, currency=currency)


def command(order_no: str = "T1", **changes: object) -> PlaceOrder:
    base = PlaceOrder(
        order_no=order_no,
        buyer_login="xiaoming",
        buyer_name="小明",
        lines=[
            OrderedLine(goods=goods("A", 1000), quantity=2),
            OrderedLine(goods=goods("B", 999), quantity=1),
        ],
        placed_at=NOW,
        discount=100,
        freight=800,
    )
    return dataclasses.replace(base, **changes)  # type: ignore[arg-type]


def pay(
    session: Session, order: Order, amount: int, reference: str = "W1", tender: str = "wechat"
) -> Payment:
    return record_payment(
        session, order, tender=tender, reference=reference, amount=amount, captured_at=NOW, now=NOW
    )


def test_the_discount_is_shared_out_and_the_sums_agree(session: Session, shop: Shop) -> None:
    order = place_order(session, shop, command(), now=NOW).order
    assert [line.discount for line in order.lines] == [67, 33]
    assert sum(line.paid for line in order.lines) + order.freight == order.total == 2000 + 999 - 100 + 800
    assert order.state == "unpaid"
    stock = session.get_one(StockItem, order.lines[0].variant_id)
    assert (stock.on_hand, stock.reserved, stock.available) == (0, 2, -2)


def test_the_same_order_again_does_nothing(session: Session, shop: Shop) -> None:
    first = place_order(session, shop, command(), now=NOW)
    elsewhere = NOW.astimezone(dt.timezone(dt.timedelta(hours=8)))
    again = place_order(session, shop, command(placed_at=elsewhere), now=NOW + dt.timedelta(hours=1))
    assert (first.repeated, again.repeated) == (False, True)
    assert again.order is first.order
    assert session.scalar(sa.select(sa.func.count()).select_from(Order)) == 1


def test_another_order_under_the_number_is_a_conflict(session: Session, shop: Shop) -> None:
    place_order(session, shop, command(), now=NOW)
    with pytest.raises(OrderConflict):
        place_order(session, shop, command(freight=0), now=NOW)
    other = create_shop(session, slug="other", name="别家", return_address={}, now=NOW)
    with pytest.raises(OrderConflict):
        place_order(session, other, command(), now=NOW)


def test_orders_that_make_no_sense_are_refused(session: Session, shop: Shop) -> None:
    with pytest.raises(OrderEmpty):
        place_order(session, shop, command(lines=[], discount=0), now=NOW)
    with pytest.raises(DiscountTooLarge):
        place_order(session, shop, command(discount=3000), now=NOW)
    with pytest.raises(CurrencyMixed):
        place_order(
            session, shop, command(lines=[OrderedLine(goods=goods(currency="USD"), quantity=1)]), now=NOW
        )


def test_several_tenders_pay_an_order(session: Session, shop: Shop) -> None:
    order = place_order(session, shop, command(), now=NOW).order
    pay(session, order, 3000)
    assert order.state == "unpaid"
    pay(session, order, 699, "C1", "coupon")
    assert (order.state, order.paid_at) == ("paid", NOW)
    assert [payment.payment_no for payment in order.payments] == ["PT1-1", "PT1-2"]
    assert pay(session, order, 3000) is order.payments[0]
    with pytest.raises(PaymentConflict):
        pay(session, order, 2999)
    with pytest.raises(PaymentExceedsTotal):
        pay(session, order, 1, "W2")


def test_the_database_refuses_to_refund_beyond_what_was_captured(session: Session, shop: Shop) -> None:
    order = place_order(session, shop, command(), now=NOW).order
    payment = pay(session, order, 3699)
    payment.refunded_pending, payment.refunded_succeeded = 3000, 700
    with pytest.raises(sa.exc.IntegrityError, match="never_refunded_beyond_captured"):
        session.flush()


def test_an_order_without_a_price_needs_no_payment(session: Session, shop: Shop) -> None:
    free = command(lines=[OrderedLine(goods=goods("G", 0), quantity=1)], discount=0, freight=0)
    assert place_order(session, shop, free, now=NOW).order.state == "paid"


def test_lists_are_searched_filtered_and_paged(session: Session, shop: Shop) -> None:
    for number in range(23):
        placed = NOW + dt.timedelta(minutes=number)
        place_order(session, shop, command(f"L{number:02}", placed_at=placed), now=NOW)
    order = find_order(session, "L22", lock=True)
    pay(session, order, order.total)
    first = my_orders(session, order.buyer_id)
    assert [o.order_no for o in first.orders[:2]] == ["L22", "L21"]
    assert (len(first.orders), first.next is not None) == (20, True)
    second = my_orders(session, order.buyer_id, after=first.next)
    assert ([o.order_no for o in second.orders], second.next) == (["L02", "L01", "L00"], None)
    assert len(my_orders(session, order.buyer_id, after="2026-01-01_x").orders) == 20
    assert [o.order_no for o in my_orders(session, order.buyer_id, state="paid").orders] == ["L22"]
    assert [o.order_no for o in my_orders(session, order.buyer_id, search="l07").orders] == ["L07"]
    assert len(shop_orders(session, [shop.id], search="纯棉").orders) == 20
    assert shop_orders(session, [shop.id], search="100%").orders == []
    assert shop_orders(session, []).orders == []
    assert len(shop_orders(session, [shop.id], search=shop.name[1:]).orders) == 20
    assert counts_for_buyer(session, order.buyer_id) == {"unpaid": 22, "paid": 1}


def test_an_order_is_shown_to_its_parties_alone(session: Session, shop: Shop) -> None:
    order = place_order(session, shop, command(), now=NOW).order
    stranger = place_order(session, shop, command("T2", buyer_login="other"), now=NOW).order.buyer
    assert order_view(session, "T1", actor_of(order.buyer)) is order
    with pytest.raises(OrderNotFound) as refused:
        order_view(session, "T1", actor_of(stranger))
    with pytest.raises(OrderNotFound) as missing:
        order_view(session, "T999", actor_of(stranger))
    assert refused.value.params == missing.value.params


def test_orders_of_an_older_version_are_found_once_a_worker_came_by(session: Session, shop: Shop) -> None:
    for number in range(3):
        place_order(session, shop, command(f"L{number:02}"), now=NOW)
    new = place_order(session, shop, command("N01", receiver={"name": "李雷"}), now=NOW).order
    old = sa.select(Order.id).where(Order.order_no.startswith("L"))
    texts = session.scalars(sa.select(Order.search_text).where(Order.id.in_(old)).order_by(Order.id)).all()
    session.execute(sa.update(Order).where(Order.id.in_(old)).values(search_text=""))
    session.expire_all()
    assert [o.order_no for o in shop_orders(session, [shop.id], search="0").orders] == ["N01"]
    assert not make_searchable(session)
    session.expire_all()
    assert (
        session.scalars(sa.select(Order.search_text).where(Order.id.in_(old)).order_by(Order.id)).all()
        == texts
    )
    assert {o.order_no for o in shop_orders(session, [shop.id], search="l0").orders} == {"L00", "L01", "L02"}
    assert [o.order_no for o in my_orders(session, new.buyer_id, search="李雷").orders] == ["N01"]


def test_a_search_goes_by_the_index(session: Session, shop: Shop) -> None:
    place_order(session, shop, command("L00"), now=NOW)
    session.execute(sa.text("SET LOCAL enable_seqscan = off"))
    for query, index in (
        (sa.select(Order.id).where(matches("纯棉")), "ix_customer_order_search"),
        (sa.select(Order.id).where(Order.search_text == ""), "ix_customer_order_unsearched"),
    ):
        words = query.compile(session.connection(), compile_kwargs={"literal_binds": True})
        plan = session.scalars(sa.text(f"EXPLAIN {words}")).all()
        assert any(index in line for line in plan), plan
