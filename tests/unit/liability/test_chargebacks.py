"""Who bears a charge-back: the rule by a table of cases, and that nothing is lost by properties."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processes.liability.bearing import Component, Recourse
from processes.liability.chargebacks import (
    Bearer,
    Fee,
    Stand,
    TakenBack,
    lines_of_chargeback,
    lines_of_fee,
)
from processes.liability.tables import PARTIES
from tests.unit.liability.test_bearing import BUYER, SF, SHOP, summed


def taken(
    *, amount: int = 1000, granted: int = 0, refunded: int = 0, stand: str, **recourse: Any
) -> TakenBack:
    return TakenBack(
        buyer_id=BUYER,
        provider="stripe",
        stand=Stand(stand),
        amount=amount,
        granted=granted,
        refunded=refunded,
        recourse=Recourse(shop_id=SHOP, **recourse),
    )


@pytest.mark.parametrize(
    ("facts", "bearing"),
    [
        # While the bank decides, it holds the money, and the shop is short of it.
        ({"stand": "open"}, {"bank": 1000, "shop": -1000}),
        # Won, or an inquiry that takes nothing.
        ({"stand": "cleared"}, {}),
        ({"stand": "cleared", "refunded": 1000}, {}),
        # Lost: the buyer has it. Nobody found anything, or the shop is at fault.
        ({"stand": "lost"}, {"buyer": 1000, "shop": -1000}),
        ({"stand": "lost", "fault": "seller"}, {"buyer": 1000, "shop": -1000}),
        # As with the goods, the shop recovers it where another is at fault.
        ({"stand": "lost", "fault": "carrier", "carriers": SF}, {"buyer": 1000, "carrier": -1000}),
        ({"stand": "lost", "fault": "carrier"}, {"buyer": 1000, "shop": -1000}),
        (
            {"stand": "lost", "fault": "seller", "carriers": SF, "carrier_evident": True},
            {"buyer": 1000, "carrier": -1000},
        ),
        ({"stand": "lost", "fault": "platform"}, {"buyer": 1000, "platform": -1000}),
        ({"stand": "open", "fault": "platform"}, {"bank": 1000, "platform": -1000}),
        # The bank has paid what a case had granted: that case's entry says who bears it.
        ({"stand": "lost", "granted": 1000}, {}),
        ({"stand": "lost", "granted": 400}, {"buyer": 600, "shop": -600}),
        # We had refunded it before: the shop has borne it once, and the platform answers to the bank.
        ({"stand": "lost", "refunded": 1000}, {"buyer": 1000, "platform": -1000}),
        ({"stand": "open", "refunded": 300}, {"bank": 1000, "platform": -300, "shop": -700}),
        (
            {"stand": "lost", "granted": 200, "refunded": 300, "fault": "carrier", "carriers": SF},
            {"buyer": 800, "platform": -300, "carrier": -500},
        ),
        # A shop that is closed or was paid out: what it bears is laid out for it.
        ({"stand": "lost", "advanced": True}, {"buyer": 1000, "advance": -1000}),
        (
            {"stand": "lost", "fault": "carrier", "carriers": SF, "advanced": True},
            {"buyer": 1000, "carrier": -1000},
        ),
    ],
)
def test_who_bears_a_chargeback(facts: dict[str, Any], bearing: dict[str, int]) -> None:
    assert summed(lines_of_chargeback(taken(**facts))) == bearing


@given(
    amount=st.integers(1, 10**10),
    granted=st.integers(0, 10**10),
    refunded=st.integers(0, 10**10),
    stand=st.sampled_from(list(Stand)),
    fault=st.sampled_from(PARTIES),
    carriers=st.dictionaries(st.sampled_from(["顺丰", "圆通"]), st.integers(0, 9)),
    carrier_evident=st.booleans(),
    advanced=st.booleans(),
)
def test_every_chargeback_adds_up_to_nothing(stand: Stand, **facts: Any) -> None:
    lines = lines_of_chargeback(taken(stand=stand.value, **facts))
    for component in Component:
        assert sum(line.amount for line in lines if line.component is component) == 0
    of = summed(lines)
    held = 0 if stand is Stand.CLEARED else max(0, facts["amount"] - facts["granted"])
    assert of.get("bank" if stand is Stand.OPEN else "buyer", 0) == held
    assert all(of.get(party, 0) <= 0 for party in ("platform", "carrier", "advance"))


def charged(bearer: str, **recourse: Any) -> dict[str, int]:
    fee = Fee(provider="stripe", amount=1500, currency="", bearer=Bearer(bearer))
    return summed(lines_of_fee(fee, Recourse(shop_id=SHOP, **recourse)))


@pytest.mark.parametrize(
    ("bearer", "recourse", "bearing"),
    [
        ("platform", {}, {"platform": -1500}),
        # The table has said who: whose fault it is doesn't count once more.
        ("platform", {"fault": "carrier", "carriers": SF, "advanced": True}, {"platform": -1500}),
        ("seller", {}, {"shop": -1500}),
        ("seller", {"fault": "carrier", "carriers": SF}, {"shop": -1500}),
        ("seller", {"advanced": True}, {"advance": -1500}),
        ("carrier", {"carriers": SF}, {"carrier": -1500}),
        # A carrier that nobody knows can't be asked.
        ("carrier", {}, {"shop": -1500}),
        ("carrier", {"advanced": True}, {"advance": -1500}),
        ("carrier", {"carriers": SF, "advanced": True}, {"carrier": -1500}),
    ],
)
def test_who_bears_a_fee(bearer: str, recourse: dict[str, Any], bearing: dict[str, int]) -> None:
    assert charged(bearer, **recourse) == {**bearing, "provider": 1500}


def test_a_fee_that_came_back_is_nobodys() -> None:
    fee = Fee(provider="stripe", amount=0, currency="USD", bearer=Bearer.CARRIER)
    assert lines_of_fee(fee, Recourse(shop_id=SHOP, carriers=SF, advanced=True)) == ()
