"""By which payments a refund goes back. Pure: the standard library and nothing else.

In proportion by default; a shop, or the platform, can name tenders that are served one after
the other instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from processes.money.arithmetic import Step, allocate


@dataclass(frozen=True, kw_only=True)
class Tender:
    """One payment of an order, and how much of it can still be given back."""

    name: str
    payment_no: str
    captured: int
    refundable: int


@dataclass(frozen=True, kw_only=True)
class Split:
    """How much goes back by each payment, in the order given."""

    parts: tuple[int, ...]
    steps: tuple[Step, ...]


def split_over_tenders(amount: int, tenders: Sequence[Tender], order: Sequence[str] = ()) -> Split:
    """Divide a refund over payments.

    In proportion to what is left of each, rather than to what was captured: that never asks a
    payment for more than it has, and gives back each of them to the last unit in the end.

    Args:
        amount: What is given back, in minor units.
        tenders: The payments.
        order: Names of tenders that are served first, each as far as it goes, before the next;
            payments of one tender share in proportion, and so do all that aren't named, last.

    Raises:
        ValueError: There is less left than the refund needs.
    """
    left = sum(tender.refundable for tender in tenders)
    if amount > left:
        raise ValueError(f"{amount} to refund, and only {left} is left of the payments")
    parts, steps, due = [0] * len(tenders), [], amount
    for group in _groups(tenders, order):
        refundable = [tenders[index].refundable for index in group]
        taken = min(due, sum(refundable))
        if taken == 0:
            continue
        first = len(tenders) > len(group)
        for index, part in zip(group, allocate(taken, refundable), strict=True):
            parts[index] = part
            if part:
                steps.append(_step(tenders[index], part, taken, sum(refundable), ordered=first))
        due -= taken
    return Split(parts=tuple(parts), steps=tuple(steps))


def _groups(tenders: Sequence[Tender], order: Sequence[str]) -> list[list[int]]:
    """The payments by their positions, those that are served together in one group."""
    named = [[i for i, tender in enumerate(tenders) if tender.name == name] for name in dict.fromkeys(order)]
    rest = [i for i, tender in enumerate(tenders) if tender.name not in order]
    return [group for group in (*named, rest) if group]


def _step(tender: Tender, part: int, amount: int, left: int, *, ordered: bool) -> Step:
    return Step(
        code="tender_in_order" if ordered else "tender_share",
        formula="amount × refundable ÷ Σ refundable",
        params={
            "tender": tender.name,
            "payment_no": tender.payment_no,
            "amount": amount,
            "refundable": tender.refundable,
            "total_refundable": left,
        },
        amount=part,
    )
