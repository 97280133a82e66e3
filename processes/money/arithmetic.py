"""How much is refunded, to the last minor unit, and why. Pure: the standard library and nothing else.

Amounts are integers in the smallest unit of one currency. Each figure comes with the steps
that led to it, so that a page can show buyer, seller and agent the same calculation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Step:
    """One line of an explanation.

    Attributes:
        code: What the step is, for its wording: ``line_units``, ``freight_refunded``,
            ``freight_kept``, ``freight_borne_by_buyer``, ``freight_share_borne``, ``agreed``,
            ``capped``, ``total``, ``tender_share``, ``tender_in_order``.
        formula: The rule, in words that need no translation.
        params: The numbers and names that went in.
        amount: What came out, in minor units.
    """

    code: str
    formula: str
    params: dict[str, Any]
    amount: int

    def as_json(self) -> dict[str, Any]:
        """The step as it is stored."""
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class Figure:
    """An amount with the steps that led to it."""

    amount: int
    steps: tuple[Step, ...]


def allocate(total: int, weights: Sequence[int]) -> list[int]:
    """Divide a total by weight with the largest remainder; the parts add up exactly.

    Of equal remainders the one with the lower index is served first. A weight of nothing
    gets nothing, unless every weight is nothing: then all count the same.

    Args:
        total: What is divided, not negative.
        weights: None of them negative.

    Raises:
        ValueError: A negative number, or a total with nobody to take it.
    """
    if total < 0 or any(weight < 0 for weight in weights):
        raise ValueError("neither total nor weights may be negative")
    if not weights:
        if total:
            raise ValueError("there is nobody to take the total")
        return []
    whole = sum(weights)
    if whole == 0:
        return allocate(total, [1] * len(weights))
    parts = [total * weight // whole for weight in weights]
    remainders = [total * weight % whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda index: (-remainders[index], index))
    for index in by_remainder[: total - sum(parts)]:
        parts[index] += 1
    return parts


def line_refund(
    *, paid: int, quantity: int, done: int, refunded: int, cancel: int, line_no: int = 1, title: str = ""
) -> Figure:
    """Return what cancelling some units of a line gives back, freight aside.

    ``floor(paid × (done + cancel) / quantity) − refunded``: computed on the running total,
    so that whatever the order of partial refunds, the last unit clears the residue.

    Args:
        paid: For all units of the line, its share of discounts taken off.
        quantity: Units ordered.
        done: Units refunded before.
        refunded: What those came to.
        cancel: Units to refund now.
        line_no: For the explanation.
        title: For the explanation.

    Raises:
        ValueError: More units than are left, or counters that can't be.
    """
    if paid < 0 or quantity < 1 or done < 0 or cancel < 1 or done + cancel > quantity:
        raise ValueError(f"cannot refund {cancel} of {quantity} units, {done} of them done")
    amount = max(0, min(paid * (done + cancel) // quantity, paid) - refunded)
    step = Step(
        code="line_units",
        formula="floor(paid × (done + cancel) ÷ quantity) − refunded",
        params={
            "paid": paid,
            "quantity": quantity,
            "done": done,
            "refunded": refunded,
            "cancel": cancel,
            "line_no": line_no,
            "title": title,
        },
        amount=amount,
    )
    return Figure(amount=amount, steps=(step,))


def freight_refund(
    *, freight: int, refunded: int, nothing_shipped: bool, last_live_line: bool, seller_at_fault: bool
) -> Figure:
    """Return how much of an order's freight is given back.

    All that is left of it when nothing shipped and the last live line goes, or when the
    seller is at fault; otherwise none.
    """
    left = max(0, freight - refunded)
    if seller_at_fault:
        because = "seller_at_fault"
    elif nothing_shipped and last_live_line:
        because = "nothing_shipped"
    elif nothing_shipped:
        because = "others_remain"
    else:
        because = "shipped"
    given = left if because in {"seller_at_fault", "nothing_shipped"} else 0
    if not freight:
        return Figure(amount=0, steps=())
    step = Step(
        code="freight_refunded" if given else "freight_kept",
        formula="freight − refunded" if given else "0",
        params={"freight": freight, "refunded": refunded, "because": because},
        amount=given,
    )
    return Figure(amount=given, steps=(step,))


@dataclass(frozen=True, kw_only=True)
class Carriage:
    """Carriage of some of an order's units, which is taken to cost what carriage out did for as many.

    Attributes:
        freight: What carriage out cost for the whole order.
        units: Those that were carried.
        ordered: Of all lines of the order.
    """

    freight: int = 0
    units: int = 0
    ordered: int = 1

    @property
    def cost(self) -> int:
        """What it is taken to have cost, rounded down: parts come to no more than the whole."""
        return self.freight * self.units // self.ordered


NO_CARRIAGE = Carriage()


def freight_borne_by_buyer(*, refund: int, carriage: Carriage) -> Figure:
    """Return what is taken off a refund for carriage that the buyer bears; never more than there is.

    Args:
        refund: Goods and freight given back.
        carriage: What was, or is to be, carried at his cost.
    """
    if carriage.cost <= 0:
        return Figure(amount=0, steps=())
    taken = min(carriage.cost, max(0, refund))
    whole = carriage.cost == carriage.freight
    params = {"freight": carriage.freight, "refund": refund}
    step = Step(
        code="freight_borne_by_buyer" if whole else "freight_share_borne",
        formula="− min(freight, refund)" if whole else "− min(floor(freight × units ÷ ordered), refund)",
        params=params if whole else {**params, "units": carriage.units, "ordered": carriage.ordered},
        amount=-taken,
    )
    return Figure(amount=taken, steps=(step,))


@dataclass(frozen=True, kw_only=True)
class RefundFigures:
    """A whole refund: ``amount = goods + freight − borne − withheld``.

    Attributes:
        borne: Carriage that the buyer bears.
        withheld: Not given back for another reason: by agreement, or because no more is left
            of what was captured.
    """

    amount: int
    goods: int
    freight: int
    borne: int
    withheld: int
    steps: tuple[Step, ...]


def total_refund(
    *,
    lines: Sequence[Figure],
    freight: Figure,
    borne: Carriage = NO_CARRIAGE,
    left: int | None = None,
    agreed: int | None = None,
) -> RefundFigures:
    """Put a refund together from its lines, the freight given back and the freight borne.

    Args:
        lines: From :func:`line_refund`.
        freight: From :func:`freight_refund`.
        borne: Carriage that the buyer bears.
        left: Of what was captured, and neither given back nor on its way; None if it isn't
            known to bind.
        agreed: What buyer and shop have agreed on; it caps the refund and never raises it.
    """
    goods = sum(line.amount for line in lines)
    before = goods + freight.amount
    taken_off = freight_borne_by_buyer(refund=before, carriage=borne)
    due = before - taken_off.amount
    steps = [*(step for line in lines for step in line.steps), *freight.steps, *taken_off.steps]
    amount = due
    for code, formula, limit in (
        ("agreed", "min(amount, agreed)", agreed),
        ("capped", "min(amount, captured − succeeded − pending)", left),
    ):
        if limit is not None and amount > limit:
            steps.append(
                Step(
                    code=code,
                    formula=formula,
                    params={"refund": amount, "limit": limit},
                    amount=limit - amount,
                )
            )
            amount = limit
    params = {"goods": goods, "freight": freight.amount, "borne": taken_off.amount, "withheld": due - amount}
    steps.append(
        Step(code="total", formula="goods + freight − borne − withheld", params=params, amount=amount)
    )
    return RefundFigures(
        amount=amount,
        goods=goods,
        freight=freight.amount,
        borne=taken_off.amount,
        withheld=due - amount,
        steps=tuple(steps),
    )


def withheld_of_lines(figures: RefundFigures, lines: Sequence[Figure]) -> list[int]:
    """Return how much of each line's amount is not given back; freight is kept back first."""
    of_goods = min(figures.goods, max(0, figures.withheld - figures.freight))
    return allocate(of_goods, [line.amount for line in lines]) if of_goods else [0] * len(lines)
