"""Who bears the carriage of goods that weren't accepted, by a table of cases."""

from __future__ import annotations

from typing import Any

import pytest

from processes.liability.bearing import Component
from processes.liability.rejected import Rejected, lines_of_rejected
from tests.unit.liability.test_bearing import BUYER, SHOP, summed


def rejected(payer: str = "buyer", **facts: Any) -> Rejected:
    return Rejected(buyer_id=BUYER, shop_id=SHOP, payer=payer, paid_to="圆通", back_by="顺丰", **facts)


@pytest.mark.parametrize(
    ("facts", "bearing"),
    [
        # Nothing has cost anything yet.
        ({}, {}),
        # By the shop's label, which the buyer has to bear, or nobody else.
        ({"labelled": 800}, {"buyer": -800, "shop": 800}),
        ({"labelled": 800, "payer": "seller"}, {}),
        ({"labelled": 800, "payer": ""}, {}),
        ({"labelled": 800, "payer": "platform"}, {"platform": -800, "shop": 800}),
        # By the buyer's own carrier: he has paid it, and gets back what another bears.
        ({"paid": 1200}, {"buyer": -1200, "carriage": 1200}),
        ({"paid": 1200, "payer": "seller", "given": 1200}, {"shop": -1200, "carriage": 1200}),
        (
            {"paid": 1200, "payer": "platform", "given": 1000},
            {"buyer": -200, "platform": -1000, "carriage": 1200},
        ),
        # And back to him: he pays on delivery, unless another bears it.
        ({"back": 500}, {"buyer": -500, "carriage": 500}),
        ({"back": 500, "payer": ""}, {"buyer": -500, "carriage": 500}),
        ({"back": 500, "payer": "seller"}, {"shop": -500, "carriage": 500}),
        ({"back": 500, "payer": "platform"}, {"platform": -500, "carriage": 500}),
        ({"labelled": 800, "back": 500}, {"buyer": -1300, "shop": 800, "carriage": 500}),
    ],
)
def test_who_bears_the_carriage_of_what_was_not_accepted(
    facts: dict[str, Any], bearing: dict[str, int]
) -> None:
    lines = lines_of_rejected(rejected(**facts))
    assert summed(lines) == bearing
    for component in Component:
        assert sum(line.amount for line in lines if line.component is component) == 0
