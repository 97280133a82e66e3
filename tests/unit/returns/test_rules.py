"""What a shop finds in a returned parcel, and what becomes of the units."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processes.returns.rules import (
    Finding,
    InShop,
    Restored,
    all_refused,
    carriage_owed,
    codes_to_prove,
    in_shop,
    restored,
)

COUNTS = st.integers(0, 5)


def test_units_are_accounted_for() -> None:
    finding = Finding(good=1, damaged=2, wrong_item=1, missing=1)
    assert (finding.total, finding.refused, finding.sound) == (5, 4, True)
    assert not Finding(good=3, damaged=-1).sound


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("RETURN_WRONG_ITEM", "wrong_item"),
        ("RESALE_IMPAIRED", "damaged"),
        ("NOT_AS_CLAIMED", "unproven"),
        ("EVIDENCE_INSUFFICIENT", "unproven"),
    ],
)
def test_a_refusal_of_the_whole_parcel_says_what_is_wrong_by_its_code(code: str, kind: str) -> None:
    assert all_refused(3, code) == Finding(**{kind: 3})


def test_another_item_has_to_be_proved_whatever_the_code() -> None:
    wrong, damaged = Finding(good=1, wrong_item=1), Finding(damaged=1)
    assert codes_to_prove([wrong], "RESALE_IMPAIRED") == ("RESALE_IMPAIRED", "RETURN_WRONG_ITEM")
    assert codes_to_prove([wrong], "RETURN_WRONG_ITEM") == ("RETURN_WRONG_ITEM",)
    assert codes_to_prove([damaged], "RESALE_IMPAIRED") == ("RESALE_IMPAIRED",)


@pytest.mark.parametrize(
    ("granted", "good", "last", "there"),
    [
        (3, 3, Finding(good=3), Restored(good=3)),
        (1, 1, Finding(good=1, damaged=1), Restored(good=1)),
        (2, 1, Finding(good=1, damaged=1), Restored(good=1, bad=1)),
        (3, 1, Finding(good=1, missing=1, wrong_item=1), Restored(good=1)),
        (2, 0, Finding(unproven=2), Restored(unseen=2)),
        # Sent again: one was good in the first parcel, one in the second.
        (3, 2, Finding(good=1, damaged=1), Restored(good=2, bad=1)),
    ],
)
def test_what_is_in_the_shop_again(granted: int, good: int, last: Finding, there: Restored) -> None:
    assert restored(granted, good, last) == there


@given(COUNTS, COUNTS, COUNTS, COUNTS, COUNTS)
def test_no_more_is_restored_than_was_granted_or_found(
    granted: int, good: int, damaged: int, missing: int, unproven: int
) -> None:
    last = Finding(good=good, damaged=damaged, missing=missing, unproven=unproven)
    there = restored(granted, good, last)
    assert 0 <= there.total <= min(granted, last.total - missing)
    assert (there.good <= good, there.bad <= damaged, there.unseen <= unproven) == (True, True, True)


@pytest.mark.parametrize(
    ("payer", "paid", "owed"),
    [
        # By who bears the carriage back: his own change of mind, or nobody has to.
        ("buyer", 1200, 0),
        ("nobody", 1200, 0),
        ("", 1200, 0),
        # The merchant pays the transport of faulty goods; a carrier or the platform what is theirs to bear.
        ("seller", 1200, 1200),
        ("carrier", 1200, 1200),
        ("platform", 1200, 1200),
        # Nothing paid, and no more than the table allows.
        ("seller", 0, 0),
        ("seller", 3000, 3000),
        ("seller", 3001, 3000),
    ],
)
def test_what_a_buyer_gets_back_of_carriage_that_he_paid(payer: str, paid: int, owed: int) -> None:
    assert carriage_owed(paid=paid, payer=payer, limit=3000) == owed


@pytest.mark.parametrize(
    ("outstanding", "last", "there"),
    [
        # Everything was accepted, or granted by a ruling.
        (0, Finding(damaged=2), InShop()),
        # What is missing can't be given back.
        (3, Finding(missing=3), InShop()),
        (3, Finding(good=1, damaged=1, missing=1), InShop(own=1)),
        (2, Finding(damaged=1, unproven=1), InShop(own=2)),
        # Something else is given back, and is none of the shop's goods.
        (2, Finding(damaged=1, wrong_item=1), InShop(own=1, foreign=1)),
        # A ruling granted a part.
        (1, Finding(damaged=1, wrong_item=1), InShop(own=1)),
    ],
)
def test_what_is_in_the_shop_and_was_not_accepted(outstanding: int, last: Finding, there: InShop) -> None:
    assert in_shop(outstanding, last) == there
