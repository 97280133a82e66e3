"""Generating the demo orders as a file in the format of ``docs/importing.md``.

The same instant gives the same file. Orders stand in every state that a real marketplace
has them in, all of them not long before that instant.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass, field

from processes.demo.goods import GOODS, DemoGoods
from processes.demo.people import ADDRESSES, CARRIERS, FAMILY_NAMES, GIVEN_NAMES, STAFF
from processes.demo.shops import SHOPS
from processes.importing.columns import COLUMNS

SHANGHAI = zoneinfo.ZoneInfo("Asia/Shanghai")
SEED = 20090601
HOUR = 1 / 24

Row = dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Profile:
    """How far a kind of order has come, in days before the demo's instant.

    Attributes:
        placed: The earliest and the latest day on which it was placed.
        promised: Days from order to promised delivery.
        shipped: Days from payment to shipping; None if it hasn't left.
        partly: Only its first line has left.
        tracking: Events and days from shipping to each.
        count: How many strangers have one; buyer1 has two of each besides, and ``own_more``.
        single: It has one line.
        first_shop: All of them are of the first shop.
        by_card: They are paid by card, so that a bank can be asked for the money back.
    """

    name: str
    placed: tuple[float, float]
    count: int
    paid: bool = True
    picking: bool = False
    promised: float = 5
    shipped: float | None = None
    partly: bool = False
    tracking: tuple[tuple[str, float], ...] = ()
    completed: bool = False
    own_more: int = 0
    single: bool = False
    first_shop: bool = False
    by_card: bool = False


_WAY = (("picked_up", 0.2), ("in_transit", 1.0))
_ARRIVED = (*_WAY, ("out_for_delivery", 2.2), ("delivered", 2.4))
_LONG_AGO = (("picked_up", 0.2), ("delivered", 2.4))

PROFILES = (
    Profile(name="unpaid", placed=(0.05, 0.9), count=18, paid=False),
    Profile(name="just_paid", placed=(0.004, 0.012), count=8),
    Profile(name="paid", placed=(0.2, 1.8), count=50),
    Profile(name="overdue_to_ship", placed=(3.2, 4.6), count=8),
    Profile(name="picking", placed=(0.5, 1.9), count=30, picking=True),
    Profile(name="partly_shipped", placed=(2.0, 3.0), count=12, picking=True, shipped=1.0, partly=True),
    Profile(name="shipped", placed=(2.6, 3.6), count=30, shipped=1.0, tracking=_WAY),
    Profile(name="late", placed=(8.7, 10.5), count=12, shipped=1.0, tracking=_WAY),
    Profile(name="lost", placed=(15.0, 19.0), count=6, shipped=1.0, tracking=(*_WAY, ("lost", 9.0))),
    Profile(name="damaged", placed=(4.0, 5.0), count=6, shipped=0.8, tracking=(*_WAY, ("damaged", 1.6))),
    Profile(
        name="delivered", placed=(4.2, 8.0), count=56, shipped=1.0, promised=6, tracking=_ARRIVED, own_more=3
    ),
    Profile(
        name="completed",
        placed=(15.0, 70.0),
        count=40,
        shipped=1.0,
        promised=6,
        tracking=_LONG_AGO,
        completed=True,
    ),
    Profile(name="earlier", placed=(5.0, 80.0), count=22, single=True, first_shop=True, by_card=True),
)


@dataclass(frozen=True, kw_only=True)
class MadeOrder:
    """What the demo cases need to know of an order, to choose theirs; ``units`` are of its first line."""

    order_no: str
    profile: str
    shop: str
    buyer: str
    placed_at: dt.datetime
    units: int


@dataclass
class DemoOrders:
    """The demo orders of an instant.

    Attributes:
        at: The instant that every date is before.
        made: What was made, in the order of the file.
    """

    at: dt.datetime
    made: list[MadeOrder] = field(default_factory=list)

    def as_csv(self) -> bytes:
        """Return the whole file, in UTF-8 with a byte order mark so that spreadsheets show it."""
        text = io.StringIO()
        writer = csv.DictWriter(text, COLUMNS, restval="")
        writer.writeheader()
        self.made.clear()
        self._random = random.Random(SEED)  # noqa: S311 - the same data each time, nothing secret
        self._buyers = self._strangers(60)
        for rows in self._orders():
            writer.writerows(rows)
        return text.getvalue().encode("utf-8-sig")

    def _orders(self) -> Iterator[list[Row]]:
        login, name, _ = STAFF[0]
        for profile in PROFILES:
            for shop in (SHOPS[0], self._random.choice(SHOPS[1:]), *(SHOPS[0],) * profile.own_more):
                yield self._order(profile, shop.slug, login, name)
            for number in range(profile.count):
                # A third goes to the first shop, so that its seller has plenty to do.
                first = number % 3 == 0 or profile.first_shop
                shop = SHOPS[0] if first else self._random.choice(SHOPS[1:])
                yield self._order(profile, shop.slug, *self._random.choice(self._buyers))

    def _order(self, profile: Profile, shop: str, login: str, name: str) -> list[Row]:
        pick = self._random
        placed = self.at - dt.timedelta(days=pick.uniform(*profile.placed))
        order_no = f"{placed.astimezone(SHANGHAI):%Y%m%d}{len(self.made) + 1:06d}"
        own = [goods for goods in GOODS if goods.shop == shop]
        several = profile.partly or (pick.random() < 0.3 and not profile.single)
        chosen = pick.sample(own, k=min(len(own), pick.randint(2, 3) if several else 1))
        quantities = [pick.choice((1, 1, 1, 2, 2, 3)) for _ in chosen]
        self.made.append(
            MadeOrder(
                order_no=order_no,
                profile=profile.name,
                shop=shop,
                buyer=login,
                placed_at=placed,
                units=quantities[0],
            )
        )
        gross = sum(goods.price * units for goods, units in zip(chosen, quantities, strict=True))
        discount = min(pick.choice((0, 0, 500, 1000, 2000, 3000)), gross // 4)
        freight = pick.choice((0, 0, 600, 800, 1200))
        total = gross - discount + freight
        paid_at = placed + dt.timedelta(minutes=pick.uniform(0.5, 4))
        order = {
            "order_no": order_no,
            "shop": shop,
            "buyer_login": login,
            "buyer_name": name,
            "placed_at": _instant(placed),
            "promised_ship_by": _instant(paid_at + dt.timedelta(hours=48)),
            "promised_at": _end_of_day(placed + dt.timedelta(days=profile.promised)),
            "currency": "CNY",
            "freight": _yuan(freight),
            "discount": _yuan(discount),
            "receiver_name": name,
            "receiver_phone": f"1{pick.choice('3578')}{pick.randint(0, 9)}****{pick.randint(0, 9999):04d}",
            "receiver_address": pick.choice(ADDRESSES),
            "remark": pick.choice(
                ("", "", "", "", "尽快发货，谢谢", "请放门卫", "工作日送货", "包装请严实一点")
            ),
        }
        if profile.paid:
            order["payments"] = self._payments(
                order_no, total, own=login == STAFF[0][0], by_card=profile.by_card
            )
            order["paid_at"] = _instant(paid_at)
        if profile.picking:
            order["picking_at"] = _instant(paid_at + dt.timedelta(hours=3))
        parcel = self._parcel(profile, paid_at)
        if profile.completed:
            order["completed_at"] = _instant(paid_at + dt.timedelta(days=5.5))
        return [
            {
                **order,
                **self._line(number, goods, units),
                **(parcel if number == 1 or not profile.partly else {}),
            }
            for number, (goods, units) in enumerate(zip(chosen, quantities, strict=True), start=1)
        ]

    def _payments(self, order_no: str, total: int, *, own: bool, by_card: bool) -> str:
        """By one tender, with a coupon now and then; buyer1 uses coupons and points."""
        tender = self._random.choice(("wechat", "wechat", "alipay", "alipay", "unionpay", "balance"))
        tender = "unionpay" if by_card else tender
        coupon = 500 if total > 10000 and self._random.random() < 0.15 else 0
        coupon, points = (500, 300) if own and total > 3000 else (coupon, 0)
        paid = [f"{tender} {tender[:2].upper()}{order_no} {_yuan(total - coupon - points)}"]
        if coupon:
            paid.append(f"coupon CP{order_no} {_yuan(coupon)}")
        if points:
            paid.append(f"points PT{order_no} {_yuan(points)}")
        return "; ".join(paid)

    def _line(self, number: int, goods: DemoGoods, units: int) -> Row:
        index = self._random.randrange(len(goods.variants))
        return {
            "line_no": str(number),
            "listing": goods.code,
            "sku": f"{goods.code}-{index + 1:02d}",
            "title": goods.title,
            "variant": goods.variants[index],
            "category": goods.category,
            "description": goods.description,
            "custom_made": "yes" if goods.custom_made else "",
            "unit_price": _yuan(goods.price),
            "quantity": str(units),
            "stock": "260",
        }

    def _parcel(self, profile: Profile, paid_at: dt.datetime) -> Row:
        if profile.shipped is None:
            return {}
        carrier, prefix = self._random.choice(CARRIERS)
        shipped = paid_at + dt.timedelta(days=profile.shipped * self._random.uniform(0.7, 1.1))
        events = [(event, shipped + dt.timedelta(days=days)) for event, days in profile.tracking]
        return {
            "carrier": carrier,
            "tracking_no": f"{prefix}{self._random.randrange(10**11, 10**12)}",
            "shipped_at": _instant(shipped),
            "tracking": "; ".join(f"{event} {_instant(at)}" for event, at in events if at < self.at),
        }

    def _strangers(self, count: int) -> list[tuple[str, str]]:
        names: dict[str, None] = {}
        while len(names) < count:
            names[self._random.choice(FAMILY_NAMES) + self._random.choice(GIVEN_NAMES)] = None
        return [(f"demo-buyer-{number:02d}", name) for number, name in enumerate(names, start=2)]


def _instant(at: dt.datetime) -> str:
    return at.astimezone(SHANGHAI).isoformat(timespec="seconds")


def _end_of_day(at: dt.datetime) -> str:
    return at.astimezone(SHANGHAI).replace(hour=23, minute=59, second=59).isoformat(timespec="seconds")


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"
