"""What Stripe's disputes say: how they stand, what they cost, and whether more is to come."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from processes.money.stripe.disputes import standing_of


def movement(amount: int, fee: int, currency: str = "cny") -> dict[str, Any]:
    return {"object": "balance_transaction", "amount": amount, "fee": fee, "currency": currency}


TAKEN, BACK = movement(-1000, 1500), movement(1000, 0)


@pytest.mark.parametrize(
    ("status", "movements", "expected"),
    [
        ("needs_response", [TAKEN], ("open", {"CNY": 1500}, True)),
        ("under_review", [TAKEN], ("open", {"CNY": 1500}, True)),
        ("lost", [TAKEN], ("lost", {"CNY": 1500}, True)),
        # Won: until the money has come back, so may the fee.
        ("won", [TAKEN], ("cleared", {"CNY": 1500}, False)),
        ("won", [TAKEN, BACK], ("cleared", {"CNY": 1500}, True)),
        ("won", [TAKEN, movement(1000, -1500)], ("cleared", {}, True)),
        ("won", [TAKEN, movement(1000, -500)], ("cleared", {"CNY": 1000}, True)),
        # An inquiry takes nothing.
        ("warning_needs_response", [], ("cleared", {}, True)),
        ("a_status_of_tomorrow", [TAKEN], ("open", {"CNY": 1500}, True)),
        # Our account there has currencies of its own, some counted otherwise than ours.
        ("lost", [movement(-140, 20, "usd")], ("lost", {"USD": 20}, True)),
        ("lost", [movement(-21_000, 2200, "jpy"), TAKEN], ("lost", {"JPY": 2200, "CNY": 1500}, True)),
        ("lost", [movement(-100, 210_000, "isk")], ("lost", {"ISK": 2100}, True)),
    ],
)
def test_how_a_dispute_stands(
    status: str, movements: list[dict[str, Any]], expected: tuple[str, dict[str, int], bool]
) -> None:
    content = {"id": "dp_1", "object": "dispute", "status": status, "balance_transactions": movements}
    standing = standing_of(stripe.Dispute.construct_from(content, key=None))
    assert (standing.status, standing.fees, standing.complete) == expected


def test_a_dispute_without_movements_costs_nothing() -> None:
    dispute = stripe.Dispute.construct_from({"id": "dp_1", "object": "dispute", "status": "lost"}, key=None)
    assert standing_of(dispute).as_json() == {"status": "lost", "fees": {}, "complete": True}
