"""By which payments a refund goes back: by examples and by properties."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processes.money.tenders import Tender, split_over_tenders
from processes.orders.rules import TENDERS


def _tender(name: str, refundable: int) -> Tender:
    return Tender(name=name, payment_no=f"P-{name}", captured=refundable, refundable=refundable)


@pytest.mark.parametrize(
    ("amount", "left", "parts"),
    [
        (100, [100], (100,)),
        (0, [100, 50], (0, 0)),
        (100, [300, 100], (75, 25)),
        (1, [1, 1], (1, 0)),
        (150, [100, 50], (100, 50)),
        (10, [0, 20], (0, 10)),
    ],
)
def test_split(amount: int, left: list[int], parts: tuple[int, ...]) -> None:
    split = split_over_tenders(amount, [_tender(str(n), value) for n, value in enumerate(left)])
    assert split.parts == parts
    assert sum(step.amount for step in split.steps) == amount


def test_more_than_is_left_is_refused() -> None:
    with pytest.raises(ValueError, match="only 99 is left"):
        split_over_tenders(100, [_tender("wechat", 99)])


@given(st.lists(st.integers(1, 10**8), min_size=1, max_size=6), st.data())
def test_splits_never_overdraw_and_clear_every_tender(captured: list[int], data: st.DataObject) -> None:
    left = list(captured)
    while sum(left):
        amount = data.draw(st.integers(max(1, sum(left) // 3), sum(left)))
        parts = split_over_tenders(amount, [_tender(str(n), v) for n, v in enumerate(left)]).parts
        assert sum(parts) == amount
        left = [before - part for before, part in zip(left, parts, strict=True)]
        assert min(left) >= 0


@pytest.mark.parametrize(
    ("amount", "order", "parts"),
    [
        (100, (), (50, 25, 25)),
        (100, ("coupon",), (33, 50, 17)),
        (60, ("points", "coupon"), (0, 10, 50)),
        (150, ("points", "coupon"), (50, 50, 50)),
        (200, ("points",), (100, 50, 50)),
        (90, ("unknown", "points"), (27, 13, 50)),
        (0, ("coupon",), (0, 0, 0)),
    ],
)
def test_tenders_in_a_configured_order(amount: int, order: tuple[str, ...], parts: tuple[int, ...]) -> None:
    tenders = [_tender("wechat", 100), _tender("coupon", 50), _tender("points", 50)]
    split = split_over_tenders(amount, tenders, order)
    assert split.parts == parts
    assert sum(step.amount for step in split.steps) == amount


def test_payments_of_one_tender_share_in_proportion() -> None:
    tenders = [_tender("wechat", 100), _tender("balance", 300), _tender("wechat", 300)]
    assert split_over_tenders(200, tenders, ("wechat",)).parts == (50, 0, 150)


@given(
    st.lists(st.tuples(st.sampled_from(TENDERS), st.integers(0, 10**8)), min_size=1, max_size=6),
    st.permutations(TENDERS),
    st.data(),
)
def test_any_order_serves_a_tender_only_when_those_before_it_are_used_up(
    payments: list[tuple[str, int]], order: list[str], data: st.DataObject
) -> None:
    named = order[: data.draw(st.integers(0, len(order)))]
    amount = data.draw(st.integers(0, sum(left for _, left in payments)))
    tenders = [_tender(name, left) for name, left in payments]
    parts = split_over_tenders(amount, tenders, named).parts
    assert sum(parts) == amount
    assert all(0 <= part <= left for part, (_, left) in zip(parts, payments, strict=True))
    for name in named:
        later = [
            part
            for part, (other, _) in zip(parts, payments, strict=True)
            if other not in named or named.index(other) > named.index(name)
        ]
        if any(later):
            assert all(
                part == left for part, (other, left) in zip(parts, payments, strict=True) if other == name
            )
