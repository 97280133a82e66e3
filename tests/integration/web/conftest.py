"""Two shops, two buyers and the platform, and a browser-like client for each person."""

from __future__ import annotations

import datetime as dt
import functools
import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.clock import FixedClock
from processes.catalog.shops import Goods, create_shop
from processes.catalog.tables import Shop
from processes.orders.paying import record_payment
from processes.orders.placing import OrderedLine, PlaceOrder, place_order
from processes.people.accounts import create_account, find_account, hash_password, join_shop
from processes.people.roles import Role
from webapp.app import create_app
from webapp.auth.sessions import seal_of
from webapp.bootstrap import Tuidan

PASSWORD = "correct horse"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@functools.cache
def _hash() -> str:
    """The hash of everybody's password, computed once, since it is slow on purpose."""
    return hash_password(PASSWORD)


class Person:
    """Somebody in front of a browser: follows the rules of forms, and no others."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, **options: Any) -> TestResponse:
        """Open a page."""
        return self.client.get(path, **options)

    def token(self) -> str:
        """The token of a form that the person has been given."""
        for path in ("/notifications", "/sign-in"):
            found = TOKEN.search(self.client.get(path).text)
            if found:
                return html.unescape(found[1])
        raise AssertionError("no page has a form")

    def post(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        """Send a form."""
        return self.client.post(path, data={"csrf_token": self.token(), **(data or {})}, **options)


@dataclass
class Street:
    """The shops and people of a test."""

    app: Flask
    tuidan: Tuidan
    shops: dict[str, Shop]
    count: int = 0

    def person(self, login: str) -> Person:
        """Somebody who has signed in."""
        client = self.app.test_client()
        with self.tuidan.transaction() as session:
            account = find_account(session, login)
            assert account is not None
            with client.session_transaction() as cookie:
                cookie["account"], cookie["seal"] = str(account.id), seal_of(account)
        return Person(client)

    def visitor(self) -> Person:
        """Somebody who has not."""
        return Person(self.app.test_client())

    def order(
        self,
        *,
        shop: str = "shop1",
        buyer: str = "buyer1",
        units: int = 2,
        paid_minutes_ago: int | None = 60,
    ) -> str:
        """Place an order and return its number."""
        self.count += 1
        number, now = f"W{self.count:06d}", self.tuidan.clock.now()
        placed_at = now - dt.timedelta(minutes=(paid_minutes_ago or 0) + 1)
        with self.tuidan.transaction() as session:
            order = place_order(
                session,
                session.merge(self.shops[shop]),
                PlaceOrder(
                    order_no=number,
                    buyer_login=buyer,
                    buyer_name="",
                    lines=[
                        OrderedLine(
                            goods=Goods(sku="S1", title="羊毛大衣", category="apparel", price=9900),
                            quantity=units,
                        )
                    ],
                    placed_at=placed_at,
                    freight=1000,
                    receiver={"name": "王芳", "phone": "138", "address": "上海"},
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

    def line_field(self, person: Person, order_no: str) -> str:
        """The name of the first quantity field of an order's request form."""
        found = re.search(r'name="(quantity-[0-9a-f-]+)"', person.get(f"/orders/{order_no}/cancel").text)
        assert found is not None
        return found[1]

    def request(self, person: Person, order_no: str, **changes: str) -> TestResponse:
        """Ask for a cancellation of all units by the form."""
        field = self.line_field(person, order_no)
        data = {"choice": "buyer:B_MIND", "key": f"key-{order_no}", "text": "", field: "2", **changes}
        return person.post(f"/orders/{order_no}/cancel", data)

    def case(self, person: Person, order_no: str) -> str:
        """Ask for a cancellation and return the case's number."""
        answer = self.request(person, order_no)
        assert answer.status_code == 302, answer.text
        return answer.location.rsplit("/", 1)[1]


@pytest.fixture
def street(tuidan: Tuidan, clock: FixedClock) -> Street:
    """Two shops with a seller each, two buyers, an agent, an operator."""
    now = clock.now()
    with tuidan.transaction() as session:
        shops = {
            slug: create_shop(session, slug=slug, name=f"店铺{slug[-1]}", return_address={}, now=now)
            for slug in ("shop1", "shop2")
        }

        def account(login: str, name: str, role: Role, shop: str = "") -> None:
            made = create_account(session, login=login, display_name=name, role=role, password=None, now=now)
            made.password_hash = _hash()
            if shop:
                join_shop(session, made, shops[shop], now=now)

        account("buyer1", "王芳", Role.BUYER)
        account("buyer2", "李雷", Role.BUYER)
        account("seller1", "陈掌柜", Role.SELLER, "shop1")
        account("seller2", "黄掌柜", Role.SELLER, "shop2")
        account("agent1", "客服小何", Role.AGENT)
        account("ops1", "运维", Role.OPERATOR)
    app = create_app(tuidan)
    return Street(app=app, tuidan=tuidan, shops=shops)


@pytest.fixture
def person(street: Street) -> Callable[[str], Person]:
    """Signs somebody in by his login."""
    return street.person
