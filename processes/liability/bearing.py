"""Who bears what of a case, as postings that add up to nothing. Pure.

It follows from what was paid back and from the finding, whose source is the analysts' table
``liability_and_freight`` or a ruling. An amount above zero is in the party's favour, one
below zero at its cost. The shop gives the buyer his money back whoever is at fault, as the
law has it, and recovers it where another has to bear it.
"""

from __future__ import annotations

import enum
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from processes.money.arithmetic import allocate

PLATFORM = "platform"


class Component(enum.StrEnum):
    """What a posting is for."""

    GOODS = "goods"
    FREIGHT_OUT = "freight_out"
    RETURN_FREIGHT = "return_freight"
    RECOVERY = "recovery"
    GOODWILL = "goodwill"
    ADVANCE = "advance"


def buyer_account(buyer_id: uuid.UUID) -> str:
    """The account of a buyer."""
    return f"buyer:{buyer_id}"


def shop_account(shop_id: uuid.UUID) -> str:
    """The account of a shop, which its next payout is reckoned from."""
    return f"shop:{shop_id}"


def advance_account(shop_id: uuid.UUID) -> str:
    """What the platform has laid out for a shop, and the shop owes it."""
    return f"advance:{shop_id}"


def carrier_account(carrier: str) -> str:
    """The account of a carrier, by the name that shops give it."""
    return f"carrier:{carrier}"


@dataclass(frozen=True, kw_only=True)
class Burden:
    """What is known of a case once its refund has settled; amounts in minor units.

    Attributes:
        goods: Given back for goods.
        freight: Given back of the order's freight.
        borne: Taken off for carriage back that the buyer bears.
        carriage: What carriage back cost the shop; nothing if it didn't arrange any.
        fault: Who is at fault.
        freight_payer: Who bears the carriage back; empty if nobody has to.
        carriers: Units of the case that each carrier had.
        carrier_evident: The carrier itself has reported what went wrong.
        advanced: The shop is closed or was paid out: the platform lays out what it bears.
    """

    buyer_id: uuid.UUID
    shop_id: uuid.UUID
    goods: int
    freight: int
    borne: int = 0
    carriage: int = 0
    fault: str = "nobody"
    freight_payer: str = ""
    carriers: Mapping[str, int] = field(default_factory=dict)
    carrier_evident: bool = False
    advanced: bool = False


@dataclass(frozen=True, kw_only=True)
class Line:
    """One posting: whose account, what for, and how much."""

    account: str
    component: Component
    amount: int


def lines_of(burden: Burden) -> tuple[Line, ...]:
    """Return the postings of a case; per component, and so altogether, they add up to nothing."""
    shop, buyer = shop_account(burden.shop_id), buyer_account(burden.buyer_id)
    lines = [
        *_move(Component.GOODS, shop, buyer, burden.goods),
        *_move(Component.FREIGHT_OUT, shop, buyer, burden.freight),
        *_move(Component.RETURN_FREIGHT, buyer, shop, burden.borne),
    ]
    if burden.freight_payer == "platform":
        lines += _move(Component.RETURN_FREIGHT, PLATFORM, shop, burden.carriage)
    if burden.freight_payer == "carrier":
        lines += _claim(Component.RETURN_FREIGHT, burden, burden.carriage)
    given = burden.goods + burden.freight
    if burden.fault == "platform":
        lines += _move(Component.GOODWILL, PLATFORM, shop, given)
    if burden.fault == "carrier" or (burden.fault == "seller" and burden.carrier_evident):
        lines += _claim(Component.RECOVERY, burden, given)
    if burden.advanced:
        borne = -sum(line.amount for line in lines if line.account == shop)
        lines += _move(Component.ADVANCE, advance_account(burden.shop_id), shop, max(0, borne))
    return tuple(lines)


def _move(component: Component, debtor: str, creditor: str, amount: int) -> list[Line]:
    if amount <= 0:
        return []
    return [
        Line(account=debtor, component=component, amount=-amount),
        Line(account=creditor, component=component, amount=amount),
    ]


def _claim(component: Component, burden: Burden, amount: int) -> list[Line]:
    """Divide a claim over the carriers by the units that they had; without any it stays with the shop."""
    carriers = sorted(name for name, units in burden.carriers.items() if units > 0)
    if not carriers or amount <= 0:
        return []
    shares = allocate(amount, [burden.carriers[name] for name in carriers])
    return [
        line
        for name, share in zip(carriers, shares, strict=True)
        for line in _move(component, carrier_account(name), shop_account(burden.shop_id), share)
    ]
