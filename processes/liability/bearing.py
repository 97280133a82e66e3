"""Who bears what of a case, as postings that add up to nothing. Pure.

It follows from what was paid back and from the finding, whose source is the analysts' table
``liability_and_freight`` or a ruling. An amount above zero is in the party's favour, one
below zero at its cost. The shop gives the buyer his money back whoever is at fault, as the
law has it, and recovers it where another has to bear it.
"""

from __future__ import annotations

import enum
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from processes.money.arithmetic import allocate

PLATFORM = "platform"


class Component(enum.StrEnum):
    """What a posting is for."""

    GOODS = "goods"
    FREIGHT_OUT = "freight_out"
    RETURN_FREIGHT = "return_freight"
    CARRIAGE_PAID = "carriage_paid"
    CARRIAGE_GIVEN = "carriage_given"
    REJECTED_CARRIAGE = "rejected_carriage"
    REFUSED_CARRIAGE = "refused_carriage"
    RECOVERY = "recovery"
    GOODWILL = "goodwill"
    ADVANCE = "advance"
    CHARGEBACK = "chargeback"
    CHARGEBACK_FEE = "chargeback_fee"


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


def paid_carriage_account(carrier: str) -> str:
    """What buyers have paid a carrier themselves, to send goods back."""
    return f"carriage:{carrier}"


def bank_account(provider: str) -> str:
    """What buyers' banks hold of payments at a provider while they decide about disputes."""
    return f"bank:{provider}"


def provider_account(provider: str) -> str:
    """What a payment provider has charged for charge-backs."""
    return f"provider:{provider}"


@dataclass(frozen=True, kw_only=True)
class Recourse:
    """Whom a shop can turn to for what it bears first.

    Attributes:
        fault: Who is at fault.
        carriers: Units of the case that each carrier had.
        carrier_evident: The carrier itself has reported what went wrong.
        advanced: The shop is closed or was paid out: the platform lays out what it bears.
    """

    shop_id: uuid.UUID
    fault: str = "nobody"
    carriers: Mapping[str, int] = field(default_factory=dict)
    carrier_evident: bool = False
    advanced: bool = False


@dataclass(frozen=True, kw_only=True)
class Burden:
    """What is known of a case once its refund has settled; amounts in minor units.

    Attributes:
        goods: Given back for goods.
        freight: Given back of the order's freight.
        borne: Taken off for carriage back that the buyer bears.
        carriage: What carriage back cost the shop; nothing if it didn't arrange any.
        freight_payer: Who bears the carriage back; empty if nobody has to.
        paid: What the buyer paid a carrier himself to send goods back.
        paid_to: That carrier.
        given: Of it, what was given back to him.
        recourse: Who is at fault, and whom the shop can turn to.
    """

    buyer_id: uuid.UUID
    recourse: Recourse
    goods: int
    freight: int
    borne: int = 0
    carriage: int = 0
    freight_payer: str = ""
    paid: int = 0
    paid_to: str = ""
    given: int = 0


@dataclass(frozen=True, kw_only=True)
class Line:
    """One posting: whose account, what for, and how much.

    Attributes:
        currency: Empty for that of the entry.
    """

    account: str
    component: Component
    amount: int
    currency: str = ""


def lines_of(burden: Burden) -> tuple[Line, ...]:
    """Return the postings of a case; per component, and so altogether, they add up to nothing."""
    shop, buyer = shop_account(burden.recourse.shop_id), buyer_account(burden.buyer_id)
    lines = [
        *move(Component.GOODS, shop, buyer, burden.goods),
        *move(Component.FREIGHT_OUT, shop, buyer, burden.freight),
        *move(Component.RETURN_FREIGHT, buyer, shop, burden.borne),
    ]
    if burden.freight_payer == "platform":
        lines += move(Component.RETURN_FREIGHT, PLATFORM, shop, burden.carriage)
    if burden.freight_payer == "carrier":
        lines += claim(Component.RETURN_FREIGHT, burden.recourse, burden.carriage)
    lines += _carriage_of_buyer(burden)
    return tuple(recovered(burden.recourse, lines, burden.goods + burden.freight))


def _carriage_of_buyer(burden: Burden) -> list[Line]:
    """What the buyer paid a carrier himself, and got back of it from whoever bears the carriage.

    What was given back, and is then found to be nobody's or the buyer's to bear, is the platform's.
    """
    shop, buyer = shop_account(burden.recourse.shop_id), buyer_account(burden.buyer_id)
    bearer = shop if burden.freight_payer in {"seller", "carrier"} else PLATFORM
    lines = [
        *move(Component.CARRIAGE_PAID, buyer, paid_carriage_account(burden.paid_to), burden.paid),
        *move(Component.CARRIAGE_GIVEN, bearer, buyer, burden.given),
    ]
    if burden.freight_payer == "carrier":
        lines += claim(Component.CARRIAGE_GIVEN, burden.recourse, burden.given)
    return lines


def recovered(recourse: Recourse, lines: Sequence[Line], given: int) -> list[Line]:
    """Return lines with what the shop recovers of them, and with what the platform lays out for it.

    Args:
        recourse: Whom it can turn to.
        lines: What it bears first.
        given: What it can recover of that, in minor units, if another is at fault.
    """
    found = list(lines)
    shop = shop_account(recourse.shop_id)
    if recourse.fault == "platform":
        found += move(Component.GOODWILL, PLATFORM, shop, given)
    if recourse.fault == "carrier" or (recourse.fault == "seller" and recourse.carrier_evident):
        found += claim(Component.RECOVERY, recourse, given)
    return [*found, *laid_out(recourse, found)]


def laid_out(recourse: Recourse, lines: Sequence[Line]) -> list[Line]:
    """Return what the platform lays out for a shop of what it bears by some lines of one currency."""
    shop = shop_account(recourse.shop_id)
    borne = -sum(line.amount for line in lines if line.account == shop)
    return (
        move(Component.ADVANCE, advance_account(recourse.shop_id), shop, borne) if recourse.advanced else []
    )


def move(component: Component, debtor: str, creditor: str, amount: int) -> list[Line]:
    """Return the two lines by which an amount goes from one account to another; none for nothing."""
    if amount <= 0:
        return []
    return [
        Line(account=debtor, component=component, amount=-amount),
        Line(account=creditor, component=component, amount=amount),
    ]


def claim(component: Component, recourse: Recourse, amount: int) -> list[Line]:
    """Divide a claim over the carriers by the units that they had; without any it stays with the shop."""
    carriers = sorted(name for name, units in recourse.carriers.items() if units > 0)
    if not carriers or amount <= 0:
        return []
    shares = allocate(amount, [recourse.carriers[name] for name in carriers])
    return [
        line
        for name, share in zip(carriers, shares, strict=True)
        for line in move(component, carrier_account(name), shop_account(recourse.shop_id), share)
    ]
