"""Shops with sellers, buyers and the platform's people, all able to sign in, and orders of theirs."""

from __future__ import annotations

import datetime as dt
import functools

from engine import SYSTEM
from processes.catalog.shops import Goods, create_shop, find_shop
from processes.orders.orders import find_order
from processes.orders.paying import record_payment
from processes.orders.placing import OrderedLine, PlaceOrder, place_order
from processes.people.accounts import create_account, hash_password, join_shop
from processes.people.roles import Role
from processes.shipping.shipments import record_shipment
from processes.shipping.tracking import CarrierReport, record_tracking_event
from webapp.bootstrap import Tuidan

PASSWORD = "correct horse"
PRICE = 9900
FREIGHT = 1000

PEOPLE = (
    ("buyer1", "王芳", Role.BUYER, ""),
    ("buyer2", "李雷", Role.BUYER, ""),
    ("seller1", "陈掌柜", Role.SELLER, "shop1"),
    ("seller2", "黄掌柜", Role.SELLER, "shop2"),
    ("agent1", "客服小何", Role.AGENT, ""),
    ("senior1", "资深郑岚", Role.SENIOR, ""),
    ("ops1", "运维周磊", Role.OPERATOR, ""),
    ("analyst1", "分析师许静", Role.ANALYST, ""),
)


@functools.cache
def _hash() -> str:
    """The hash of everybody's password, computed once, since it is slow on purpose."""
    return hash_password(PASSWORD)


def open_shops(tuidan: Tuidan) -> None:
    """Make ``shop1`` and ``shop2`` and everybody of ``PEOPLE``."""
    now = tuidan.clock.now()
    address = {"name": "售后部", "phone": "0571-8801", "address": "杭州市余杭区"}
    with tuidan.transaction() as session:
        shops = {
            slug: create_shop(session, slug=slug, name=f"店铺{slug[-1]}", return_address=address, now=now)
            for slug in ("shop1", "shop2")
        }
        for login, name, role, shop in PEOPLE:
            account = create_account(
                session, login=login, display_name=name, role=role, password=None, now=now
            )
            account.password_hash = _hash()
            if shop:
                join_shop(session, account, shops[shop], now=now)


def place(
    tuidan: Tuidan,
    number: str,
    *,
    shop: str = "shop1",
    buyer: str = "buyer1",
    units: int = 2,
    paid_minutes_ago: int | None = 60,
) -> str:
    """Place an order of one line, paid by WeChat unless ``paid_minutes_ago`` is None; return its number."""
    now = tuidan.clock.now()
    goods = Goods(sku="S1", title="羊毛大衣", category="apparel", price=PRICE)
    with tuidan.transaction() as session:
        order = place_order(
            session,
            find_shop(session, shop),
            PlaceOrder(
                order_no=number,
                buyer_login=buyer,
                buyer_name="",
                lines=[OrderedLine(goods=goods, quantity=units)],
                placed_at=now - dt.timedelta(minutes=(paid_minutes_ago or 0) + 1),
                freight=FREIGHT,
                receiver={"name": "王芳", "phone": "138", "address": "上海"},
                promised_ship_by=now + dt.timedelta(days=2),
                promised_at=now + dt.timedelta(days=5),
            ),
            now=now,
        ).order
        if paid_minutes_ago is not None:
            record_payment(
                session,
                order,
                tender="wechat",
                reference=number,
                amount=order.total,
                captured_at=now - dt.timedelta(minutes=paid_minutes_ago),
                now=now,
            )
    return number


def ship(tuidan: Tuidan, order_no: str, *events: str) -> str:
    """Let all of an order leave, report tracking events of its parcel, and return the parcel's number."""
    now = tuidan.clock.now()
    with tuidan.transaction() as session:
        shipment = record_shipment(
            session,
            tuidan.engine,
            order=find_order(session, order_no, lock=True),
            carrier="顺丰速运",
            tracking_no=f"SF{order_no}",
            shipped_at=now,
            actor=SYSTEM,
            now=now,
        ).shipment
        for number, event in enumerate(events):
            record_tracking_event(
                session,
                tuidan.engine,
                shipment_no=shipment.shipment_no,
                report=CarrierReport(event_id=str(number), event=event, at=now),
                actor=SYSTEM,
                now=now,
            )
    return shipment.shipment_no
