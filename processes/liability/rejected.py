"""Who bears the carriage of goods that came back to the shop and weren't accepted. Pure.

There is no refund that it could be taken off, so it is booked by itself: what the shop has paid for the way
to it, and the way back to the buyer, who pays that carrier on delivery. Who bears both is the analysts', in
``return_rules``; it is given back to the buyer too, as far as he paid a carrier of his own.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from processes.liability.bearing import (
    PLATFORM,
    Component,
    Line,
    buyer_account,
    move,
    paid_carriage_account,
    shop_account,
)


@dataclass(frozen=True, kw_only=True)
class Rejected:
    """What is known of goods that weren't accepted; amounts in minor units.

    Attributes:
        payer: Who bears the carriage: ``buyer``, ``seller`` or ``platform``; empty for whoever has paid it.
        labelled: What the way to the shop has cost it; nothing if units were accepted as well, since
            then the finding says who bears that.
        paid: What the buyer paid a carrier for that himself.
        paid_to: That carrier.
        given: Of it, what was given back to him.
        back: What the way back to the buyer costs; nothing before they are sent.
        back_by: The carrier that brings them.
    """

    buyer_id: uuid.UUID
    shop_id: uuid.UUID
    payer: str
    labelled: int = 0
    paid: int = 0
    paid_to: str = ""
    given: int = 0
    back: int = 0
    back_by: str = ""


def lines_of_rejected(rejected: Rejected) -> tuple[Line, ...]:
    """Return the postings; per component they add up to nothing."""
    shop, buyer = shop_account(rejected.shop_id), buyer_account(rejected.buyer_id)
    bearer = {"buyer": buyer, "platform": PLATFORM}.get(rejected.payer, shop)
    # He pays on delivery if nothing is said.
    receiver = bearer if rejected.payer else buyer
    there = move(Component.REJECTED_CARRIAGE, bearer, shop, rejected.labelled) if bearer != shop else []
    return (
        *move(Component.CARRIAGE_PAID, buyer, paid_carriage_account(rejected.paid_to), rejected.paid),
        *move(Component.CARRIAGE_GIVEN, bearer, buyer, rejected.given),
        *there,
        *move(Component.REFUSED_CARRIAGE, receiver, paid_carriage_account(rejected.back_by), rejected.back),
    )
