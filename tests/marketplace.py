"""A small marketplace to test on: a shop, its seller, a buyer, and orders of any shape."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.actors import SYSTEM, Actor
from processes.catalog.shops import Goods, create_shop, ensure_variant, restock
from processes.catalog.tables import Shop
from processes.fakes import FakeProcessEngine
from processes.orders.paying import record_payment
from processes.orders.placing import OrderedLine, PlaceOrder, place_order
from processes.orders.tables import Order
from processes.people.accounts import actor_of, create_account, join_shop
from processes.people.roles import Role
from processes.shipping.shipments import record_shipment

NOW = dt.datetime(2026, 3, 10, 4, 0, tzinfo=dt.UTC)


@dataclass
class Marketplace:
    """What a test works on; every order is numbered.

    Attributes:
        now: When what it makes is made.
    """

    session: Session
    shop: Shop
    buyer: Actor
    seller: Actor
    agent: Actor
    now: dt.datetime = NOW
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def order(
        self,
        lines: Sequence[tuple[int, int]] = ((5000, 1),),
        *,
        tenders: Sequence[tuple[str, int]] | None = None,
        freight: int = 0,
        discount: int = 0,
        paid: bool = True,
        reference: Callable[[str, int], str] | None = None,
    ) -> Order:
        """Place an order of the buyer's.

        Args:
            lines: Price and quantity of each.
            tenders: Tender and amount of each payment; None for one over the total.
            freight: Of the order.
            discount: Of the order.
            paid: False for an order that waits for its payment.
            reference: Takes a tender's amount, and returns the payment's number there.
        """
        number = next(self.numbers)
        goods = [
            Goods(sku=f"SKU-{n}", title=f"商品 {n}", category="home", price=price)
            for n, (price, _) in enumerate(lines, start=1)
        ]
        for item in goods:
            variant = ensure_variant(self.session, self.shop, item, now=self.now)
            restock(self.session, variant, 100, reference=f"in-{number}-{item.sku}", now=self.now)
        order = place_order(
            self.session,
            self.shop,
            PlaceOrder(
                order_no=f"T{number:06d}",
                buyer_login="buyer1",
                buyer_name="王芳",
                lines=[
                    OrderedLine(goods=item, quantity=quantity)
                    for item, (_, quantity) in zip(goods, lines, strict=True)
                ],
                placed_at=self.now,
                freight=freight,
                discount=discount,
                receiver={"name": "王芳", "phone": "13800000000", "address": "上海市"},
            ),
            now=self.now,
        ).order
        if paid:
            for tender, amount in tenders or [("wechat", order.total)]:
                record_payment(
                    self.session,
                    order,
                    tender=tender,
                    reference=reference(tender, amount) if reference else f"{tender}-{number}",
                    amount=amount,
                    captured_at=self.now,
                    now=self.now,
                )
        self.session.flush()
        return order

    def ship(self, order: Order, units: Sequence[tuple[int, int]] | None = None, number: str = "SF1") -> None:
        """Let a parcel of an order leave."""
        record_shipment(
            self.session,
            FakeProcessEngine(),
            order=order,
            carrier="顺丰",
            tracking_no=f"{number}-{order.order_no}",
            shipped_at=self.now,
            units=units,
            actor=SYSTEM,
            now=self.now,
        )


def marketplace(session: Session) -> Marketplace:
    """Make a shop with a seller, a buyer and an agent."""
    shop = create_shop(
        session,
        slug="shop1",
        name="小店",
        return_address={"name": "仓库", "phone": "021-1", "address": "杭州"},
        now=NOW,
    )

    def person(login: str, name: str, role: Role) -> Actor:
        account = create_account(session, login=login, display_name=name, role=role, password=None, now=NOW)
        if role is Role.SELLER:
            join_shop(session, account, shop, now=NOW)
        return actor_of(account)

    return Marketplace(
        session=session,
        shop=shop,
        buyer=person("buyer1", "王芳", Role.BUYER),
        seller=person("seller1", "李掌柜", Role.SELLER),
        agent=person("agent1", "客服小陈", Role.AGENT),
    )


class Transactions:
    """Opens transactions on a database, as the composed product does."""

    def __init__(self, database: sa.Engine) -> None:
        self._database = database

    @contextmanager
    def __call__(self) -> Iterator[Session]:
        """A session that commits, unless something goes wrong."""
        with Session(self._database, expire_on_commit=False) as session, session.begin():
            yield session
