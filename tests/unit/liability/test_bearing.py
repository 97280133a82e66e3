"""Who bears what: the rule by a table of cases, and that nothing is lost by properties."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processes.liability.bearing import PLATFORM, Burden, Component, Line, Recourse, lines_of
from processes.liability.tables import PARTIES

BUYER, SHOP = uuid.UUID(int=1), uuid.UUID(int=2)
SF = {"顺丰": 2}


def totals(**facts: Any) -> dict[str, int]:
    """What each party gains or bears, parties without anything left out."""
    given: dict[str, Any] = {"freight": 0} | facts
    return summed(lines_of(burden(**given)))


def burden(**facts: Any) -> Burden:
    """A burden, of which what concerns recourse is named beside the rest."""
    names = {one.name for one in dataclasses.fields(Recourse)}
    recourse = {name: value for name, value in facts.items() if name in names}
    return Burden(
        buyer_id=BUYER,
        recourse=Recourse(shop_id=SHOP, **recourse),
        **{name: value for name, value in facts.items() if name not in names},
    )


def summed(lines: Iterable[Line]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for line in lines:
        party = line.account.partition(":")[0]
        sums[party] = sums.get(party, 0) + line.amount
    return {party: amount for party, amount in sums.items() if amount}


@pytest.mark.parametrize(
    ("facts", "bearing"),
    [
        # Before shipping: the shop gives back what it was paid, and nobody is at fault.
        ({"goods": 1000, "freight": 80}, {"buyer": 1080, "shop": -1080}),
        # Nothing was paid back.
        ({"goods": 0}, {}),
        # A shop at fault bears the freight out as well.
        ({"goods": 1000, "freight": 80, "fault": "seller"}, {"buyer": 1080, "shop": -1080}),
        # The buyer bears the carriage back: it was taken off what he got.
        (
            {"goods": 1000, "borne": 80, "carriage": 80, "fault": "buyer", "freight_payer": "buyer"},
            {"buyer": 920, "shop": -920},
        ),
        # The parcel was lost: the shop pays the buyer and recovers it from the carrier.
        (
            {"goods": 1000, "freight": 80, "fault": "carrier", "carriers": SF},
            {"buyer": 1080, "carrier": -1080},
        ),
        # A carrier that nobody knows can't be asked.
        ({"goods": 1000, "fault": "carrier"}, {"buyer": 1000, "shop": -1000}),
        # Damaged on the way: the shop answers to the buyer, the carrier to the shop if it said so.
        ({"goods": 1000, "fault": "seller", "carriers": SF}, {"buyer": 1000, "shop": -1000}),
        (
            {"goods": 1000, "fault": "seller", "carriers": SF, "carrier_evident": True},
            {"buyer": 1000, "carrier": -1000},
        ),
        # Carriage back that the shop arranged, borne by others.
        (
            {"goods": 1000, "carriage": 80, "freight_payer": "platform"},
            {"buyer": 1000, "shop": -920, "platform": -80},
        ),
        (
            {"goods": 1000, "carriage": 80, "freight_payer": "carrier", "carriers": SF},
            {"buyer": 1000, "shop": -920, "carrier": -80},
        ),
        ({"goods": 1000, "carriage": 80, "freight_payer": "seller"}, {"buyer": 1000, "shop": -1000}),
        # Carriage back that the buyer paid a carrier himself: his own to bear, or given back to him.
        (
            {"goods": 1000, "freight_payer": "buyer", "paid": 12, "paid_to": "圆通"},
            {"buyer": 988, "shop": -1000, "carriage": 12},
        ),
        (
            {"goods": 1000, "freight_payer": "seller", "paid": 12, "paid_to": "圆通", "given": 12},
            {"buyer": 1000, "shop": -1012, "carriage": 12},
        ),
        (
            {"goods": 1000, "freight_payer": "platform", "paid": 12, "paid_to": "圆通", "given": 10},
            {"buyer": 998, "shop": -1000, "platform": -10, "carriage": 12},
        ),
        (
            {
                "goods": 1000,
                "freight_payer": "carrier",
                "paid": 12,
                "paid_to": "圆通",
                "given": 12,
                "carriers": SF,
            },
            {"buyer": 1000, "shop": -1000, "carrier": -12, "carriage": 12},
        ),
        # Found otherwise after it was given back: nobody takes it from him again.
        (
            {"goods": 1000, "freight_payer": "buyer", "paid": 12, "paid_to": "圆通", "given": 12},
            {"buyer": 1000, "shop": -1000, "platform": -12, "carriage": 12},
        ),
        # The platform makes it good.
        (
            {"goods": 1000, "freight": 80, "fault": "platform"},
            {"buyer": 1080, "platform": -1080},
        ),
        # A shop that is closed or was paid out: what it bears is laid out for it.
        (
            {"goods": 1000, "fault": "seller", "advanced": True},
            {"buyer": 1000, "advance": -1000},
        ),
        (
            {"goods": 1000, "fault": "carrier", "carriers": SF, "advanced": True},
            {"buyer": 1000, "carrier": -1000},
        ),
    ],
)
def test_who_bears_what(facts: dict[str, Any], bearing: dict[str, int]) -> None:
    assert totals(**facts) == bearing


def test_a_claim_is_divided_over_the_carriers_by_units() -> None:
    lines = lines_of(
        burden(goods=100, freight=0, fault="carrier", carriers={"圆通": 1, "顺丰": 2, "中通": 0})
    )
    claims = {
        line.account: line.amount
        for line in lines
        if line.component is Component.RECOVERY and line.amount < 0
    }
    assert claims == {"carrier:圆通": -33, "carrier:顺丰": -67}


@given(
    goods=st.integers(0, 10**10),
    freight=st.integers(0, 10**6),
    borne=st.integers(0, 10**6),
    carriage=st.integers(0, 10**6),
    fault=st.sampled_from(PARTIES),
    freight_payer=st.sampled_from(("", *PARTIES)),
    paid=st.integers(0, 10**6),
    given=st.integers(0, 10**6),
    carriers=st.dictionaries(st.sampled_from(["顺丰", "圆通", "中通"]), st.integers(0, 9)),
    carrier_evident=st.booleans(),
    advanced=st.booleans(),
)
def test_every_case_adds_up_to_nothing_and_the_buyer_gets_what_was_paid_back(**facts: Any) -> None:
    facts["borne"] = min(facts["borne"], facts["goods"] + facts["freight"])
    facts["given"] = min(facts["given"], facts["paid"])
    lines = lines_of(burden(paid_to="圆通", **facts))
    assert sum(line.amount for line in lines) == 0
    for component in Component:
        assert sum(line.amount for line in lines if line.component is component) == 0
    assert all(line.amount for line in lines)
    of = totals(**facts)
    back = facts["goods"] + facts["freight"] - facts["borne"]
    assert of.get("buyer", 0) == back - facts["paid"] + facts["given"]
    assert of.get(PLATFORM, 0) <= 0
    assert of.get("carrier", 0) <= 0
    if facts["advanced"]:
        assert of.get("shop", 0) >= 0
