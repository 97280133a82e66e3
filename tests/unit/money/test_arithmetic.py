"""The refund arithmetic, by tables of examples and by properties."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processes.money.arithmetic import (
    NO_CARRIAGE,
    Carriage,
    Figure,
    RefundFigures,
    allocate,
    freight_borne_by_buyer,
    freight_refund,
    line_refund,
    total_refund,
    withheld_of_lines,
)


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (0, [], []),
        (0, [3, 4], [0, 0]),
        (100, [1], [100]),
        (100, [1, 1, 1], [34, 33, 33]),
        (200, [1, 1, 1], [67, 67, 66]),
        (5, [0, 1, 0], [0, 5, 0]),
        (5, [0, 0], [3, 2]),
        (1, [1, 1], [1, 0]),
        (1000, [9900, 4500, 100], [683, 310, 7]),
        (10, [1, 2, 3], [2, 3, 5]),
        (7, [10, 20, 30, 40], [1, 1, 2, 3]),
    ],
)
def test_allocate(total: int, weights: list[int], parts: list[int]) -> None:
    assert allocate(total, weights) == parts


@pytest.mark.parametrize(("total", "weights"), [(1, []), (-1, [1]), (1, [-1, 2])])
def test_allocate_refuses_what_cannot_be(total: int, weights: list[int]) -> None:
    with pytest.raises(ValueError, match=r"negative|nobody"):
        allocate(total, weights)


@given(st.integers(0, 10**12), st.lists(st.integers(0, 10**10), min_size=1, max_size=20))
def test_allocated_parts_add_up_and_are_fair(total: int, weights: list[int]) -> None:
    parts = allocate(total, weights)
    assert sum(parts) == total
    whole = sum(weights)
    if whole:
        for part, weight in zip(parts, weights, strict=True):
            assert total * weight // whole <= part <= total * weight // whole + 1
            assert weight or part == 0


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=20), st.data())
def test_no_line_gets_more_discount_than_it_costs(prices: list[int], data: st.DataObject) -> None:
    discount = data.draw(st.integers(0, sum(prices)))
    assert all(part <= price for part, price in zip(allocate(discount, prices), prices, strict=True))


@pytest.mark.parametrize(
    ("paid", "quantity", "done", "refunded", "cancel", "amount"),
    [
        (100, 3, 0, 0, 1, 33),
        (100, 3, 1, 33, 1, 33),
        (100, 3, 2, 66, 1, 34),
        (100, 3, 0, 0, 2, 66),
        (100, 3, 0, 0, 3, 100),
        (0, 2, 0, 0, 2, 0),
        (9900, 1, 0, 0, 1, 9900),
        (1, 4, 0, 0, 3, 0),
        (1, 4, 3, 0, 1, 1),
        (5000, 5, 2, 2500, 1, 500),
    ],
)
def test_line_refund(paid: int, quantity: int, done: int, refunded: int, cancel: int, amount: int) -> None:
    figure = line_refund(paid=paid, quantity=quantity, done=done, refunded=refunded, cancel=cancel)
    assert figure.amount == amount
    assert figure.steps[0].amount == amount


@pytest.mark.parametrize(("done", "cancel"), [(0, 0), (0, 4), (2, 2), (-1, 1), (3, 1)])
def test_more_units_than_are_left_are_refused(done: int, cancel: int) -> None:
    with pytest.raises(ValueError, match="cannot refund"):
        line_refund(paid=100, quantity=3, done=done, refunded=0, cancel=cancel)


@given(st.integers(0, 10**10), st.lists(st.integers(1, 50), min_size=1, max_size=20))
def test_any_sequence_of_partial_refunds_adds_up_to_what_was_paid(paid: int, cuts: list[int]) -> None:
    quantity, done, refunded = sum(cuts), 0, 0
    for cut in cuts:
        amount = line_refund(paid=paid, quantity=quantity, done=done, refunded=refunded, cancel=cut).amount
        assert amount >= 0
        done, refunded = done + cut, refunded + amount
        assert refunded <= paid * done / quantity + 1e-6 * paid
    assert refunded == paid


@pytest.mark.parametrize(
    ("refunded", "nothing_shipped", "last", "at_fault", "amount", "because"),
    [
        (0, True, True, False, 800, "nothing_shipped"),
        (0, True, False, False, 0, "others_remain"),
        (0, False, True, False, 0, "shipped"),
        (0, False, False, True, 800, "seller_at_fault"),
        (0, True, False, True, 800, "seller_at_fault"),
        (300, True, True, False, 500, "nothing_shipped"),
        (800, True, True, True, 0, "seller_at_fault"),
    ],
)
def test_freight(
    refunded: int, nothing_shipped: bool, last: bool, at_fault: bool, amount: int, because: str
) -> None:
    figure = freight_refund(
        freight=800,
        refunded=refunded,
        nothing_shipped=nothing_shipped,
        last_live_line=last,
        seller_at_fault=at_fault,
    )
    assert figure.amount == amount
    assert figure.steps[0].params["because"] == because


def test_free_carriage_needs_no_explanation() -> None:
    figure = freight_refund(
        freight=0, refunded=0, nothing_shipped=True, last_live_line=True, seller_at_fault=False
    )
    assert figure == Figure(amount=0, steps=())


@pytest.mark.parametrize(
    ("refund", "freight", "taken"), [(1000, 300, 300), (200, 300, 200), (0, 300, 0), (1000, 0, 0)]
)
def test_freight_borne_by_the_buyer(refund: int, freight: int, taken: int) -> None:
    carriage = Carriage(freight=freight, units=2, ordered=2)
    assert freight_borne_by_buyer(refund=refund, carriage=carriage).amount == taken


@pytest.mark.parametrize(
    ("units", "ordered", "taken", "code"),
    [
        (0, 5, 0, None),  # nothing comes back: what never left costs no carriage
        (2, 5, 320, "freight_share_borne"),
        (1, 3, 266, "freight_share_borne"),
        (5, 5, 800, "freight_borne_by_buyer"),
        (10, 5, 1000, "freight_share_borne"),  # sent twice: never more than the refund
    ],
)
def test_the_buyer_bears_carriage_of_what_comes_back(
    units: int, ordered: int, taken: int, code: str | None
) -> None:
    figure = freight_borne_by_buyer(refund=1000, carriage=Carriage(freight=800, units=units, ordered=ordered))
    assert (figure.amount, [step.code for step in figure.steps]) == (taken, [code] if code else [])


@given(st.integers(0, 10**6), st.lists(st.integers(1, 9), min_size=1, max_size=6))
def test_carriage_of_parts_comes_to_no_more_than_that_of_the_whole(freight: int, parcels: list[int]) -> None:
    ordered = sum(parcels)
    costs = [Carriage(freight=freight, units=units, ordered=ordered).cost for units in parcels]
    assert freight - len(parcels) < sum(costs) <= freight


@given(
    goods=st.lists(st.integers(0, 10**8), min_size=1, max_size=5),
    freight=st.integers(0, 5000),
    borne=st.integers(0, 5000),
)
def test_the_explanation_adds_up_to_the_amount(goods: list[int], freight: int, borne: int) -> None:
    figures = total_refund(
        lines=[line_refund(paid=g, quantity=1, done=0, refunded=0, cancel=1) for g in goods],
        freight=freight_refund(
            freight=freight, refunded=0, nothing_shipped=True, last_live_line=True, seller_at_fault=False
        ),
        borne=Carriage(freight=borne, units=1),
    )
    assert figures.amount == figures.goods + figures.freight - figures.borne - figures.withheld >= 0
    assert sum(step.amount for step in figures.steps if step.code != "total") == figures.amount


def _figures(goods: list[int], **limits: int | None) -> RefundFigures:
    return total_refund(
        lines=[line_refund(paid=g, quantity=1, done=0, refunded=0, cancel=1) for g in goods],
        freight=freight_refund(
            freight=500, refunded=0, nothing_shipped=True, last_live_line=True, seller_at_fault=False
        ),
        borne=NO_CARRIAGE,
        **limits,
    )


@pytest.mark.parametrize(
    ("agreed", "left", "amount", "codes"),
    [
        (None, None, 3500, []),
        (None, 3500, 3500, []),
        (3500, 3500, 3500, []),
        (9999, None, 3500, []),
        (1200, 3500, 1200, ["agreed"]),
        (0, 3500, 0, ["agreed"]),
        (None, 0, 0, ["capped"]),
        (3000, 2000, 2000, ["agreed", "capped"]),
        (2000, 3000, 2000, ["agreed"]),
    ],
)
def test_an_agreed_amount_and_what_is_left_cap_the_refund(
    agreed: int | None, left: int | None, amount: int, codes: list[str]
) -> None:
    figures = _figures([1000, 2000], agreed=agreed, left=left)
    assert figures.amount == amount == 3500 - figures.withheld
    assert [step.code for step in figures.steps if step.code in {"agreed", "capped"}] == codes
    assert figures.steps[-1].code == "total"


@given(st.lists(st.integers(0, 10**8), min_size=1, max_size=5), st.integers(0, 10**8))
def test_what_is_withheld_of_the_lines_leaves_what_is_given_back(goods: list[int], agreed: int) -> None:
    figures = _figures(goods, agreed=agreed)
    lines = [line_refund(paid=g, quantity=1, done=0, refunded=0, cancel=1) for g in goods]
    withheld = withheld_of_lines(figures, lines)
    assert all(0 <= kept <= line.amount for kept, line in zip(withheld, lines, strict=True))
    assert sum(withheld) == max(0, figures.withheld - figures.freight)


@given(
    lines=st.lists(st.tuples(st.integers(0, 10**7), st.integers(1, 9)), min_size=1, max_size=4),
    freight=st.integers(0, 2000),
    data=st.data(),
)
def test_an_order_cancelled_bit_by_bit_gives_back_all_of_it_whatever_the_sequence(
    lines: list[tuple[int, int]], freight: int, data: st.DataObject
) -> None:
    gross = [price * quantity for price, quantity in lines]
    discount = data.draw(st.integers(0, sum(gross)))
    paid = [g - share for g, share in zip(gross, allocate(discount, gross), strict=True)]
    total = sum(paid) + freight
    units = data.draw(st.permutations([n for n, (_, q) in enumerate(lines) for _ in range(q)]))
    left, given_back, done, refunded = total, 0, [0] * len(lines), [0] * len(lines)
    for position, n in enumerate(units, start=1):
        figure = line_refund(paid=paid[n], quantity=lines[n][1], done=done[n], refunded=refunded[n], cancel=1)
        carriage = freight_refund(
            freight=freight,
            refunded=0,
            nothing_shipped=True,
            last_live_line=position == len(units),
            seller_at_fault=False,
        )
        amount = total_refund(lines=[figure], freight=carriage, left=left).amount
        done[n], refunded[n] = done[n] + 1, refunded[n] + figure.amount
        left, given_back = left - amount, given_back + amount
        assert amount >= 0 <= left
    assert (given_back, left, refunded) == (total, 0, paid)


@given(st.integers(0, 10**9), st.integers(1, 60), st.data())
def test_more_units_never_give_back_less(paid: int, quantity: int, data: st.DataObject) -> None:
    done = data.draw(st.integers(0, quantity - 1))
    refunded = paid * done // quantity
    amounts = [
        line_refund(paid=paid, quantity=quantity, done=done, refunded=refunded, cancel=n).amount
        for n in range(1, quantity - done + 1)
    ]
    assert amounts == sorted(amounts)
    assert amounts[-1] == paid - refunded
