"""The tables of the domain rules, row by row, against the decision tables as they are shipped.

``tables.py`` asks every rule of every table; here it is every row of the rules as people agreed on them.
"""

from __future__ import annotations

import pytest

from engine.values import Variables
from processes.cases.reasons import REASONS
from tests.process.bundle import program
from tests.process.running import CASE

UNSHIPPED, SHIPPED, DELIVERED = "paid", "shipped", "delivered"

# Reason, order state; who is at fault, who pays the carriage back; the stock of units that came back unseen,
# and of units that were found as they should be, and damaged.
FAULT_FREIGHT_STOCK = (
    ("B_MIND", UNSHIPPED, "nobody", "nobody", "back", "back", "quarantine"),
    ("B_MIND", SHIPPED, "buyer", "buyer", "back", "back", "quarantine"),
    ("B_WRONG", UNSHIPPED, "nobody", "nobody", "back", "back", "quarantine"),
    ("B_WRONG", SHIPPED, "buyer", "buyer", "back", "back", "quarantine"),
    ("B_PRICE", UNSHIPPED, "nobody", "nobody", "back", "back", "quarantine"),
    ("B_PRICE", SHIPPED, "buyer", "buyer", "back", "back", "quarantine"),
    ("B_OOS", UNSHIPPED, "seller", "seller", "listing_zero", "back", "quarantine"),
    ("L_DELAY", SHIPPED, "seller", "seller", "back", "back", "quarantine"),
    ("L_LOST", SHIPPED, "carrier", "carrier", "none", "back", "quarantine"),
    ("L_DAMAGE", DELIVERED, "seller", "seller", "quarantine", "quarantine", "quarantine"),
    ("L_NOSHIP", UNSHIPPED, "seller", "seller", "release", "back", "quarantine"),
    ("L_INFO", DELIVERED, "seller", "seller", "back", "back", "quarantine"),
    ("Q_DESC", DELIVERED, "seller", "seller", "inspect", "back", "quarantine"),
    ("Q_DEFECT", DELIVERED, "seller", "seller", "quarantine", "quarantine", "quarantine"),
    ("Q_VARIANT", DELIVERED, "seller", "seller", "inspect", "back", "quarantine"),
    ("Q_EXPECT", DELIVERED, "buyer", "buyer", "inspect", "back", "quarantine"),
    ("OTHER", UNSHIPPED, "nobody", "nobody", "inspect", "back", "quarantine"),
)

EVIDENCE = {
    "B_MIND": "none",
    "B_WRONG": "none",
    "B_PRICE": "none",
    "B_OOS": "seller_confirms",
    "L_DELAY": "system",
    "L_LOST": "system",
    "L_DAMAGE": "two_photos",
    "L_NOSHIP": "system",
    "L_INFO": "listing",
    "Q_DESC": "photo",
    "Q_DEFECT": "photo_and_text",
    "Q_VARIANT": "photo",
    "Q_EXPECT": "none",
    "OTHER": "text",
}

TIME_LIMITS = {
    "first_reminder": "PT24H",
    "second_reminder": "PT42H",
    "seller_decides": "PT48H",
    "buyer_answers_offer": "PT48H",
    "send_back": "P7D",
    "reopen_return": "P7D",
    "confirm_return": "P10D",
    "buyer_escalates": "P7D",
    "evidence_window": "PT48H",
    "ruling_window": "PT72H",
}

ASKED_AFTER = ("PT1M", "PT5M", "PT30M", "PT2H", "PT24H")


def answer(table: str, **variables: str | int) -> Variables:
    return program().decisions[table].decide({**CASE, **variables})


@pytest.mark.parametrize("row", FAULT_FREIGHT_STOCK, ids=lambda row: f"{row[0]}-{row[1]}")
def test_fault_freight_and_stock_of_each_reason(row: tuple[str, ...]) -> None:
    reason, state, fault, payer, unseen, good, bad = row
    asked = {"reason": reason, "flow": min(f.value for f in REASONS[reason].flows), "order_state": state}
    liability = answer("liability_and_freight", **asked)
    assert (liability["fault"], liability["freight_payer"]) == (fault, payer)
    # The order's own freight goes back if the seller is at fault; for a carrier the shop answers to him.
    assert liability["refund_freight"] == (fault in {"seller", "carrier"})
    stock = answer("stock_disposition", **asked)
    assert tuple(stock[name] for name in ("treatment", "good_treatment", "bad_treatment")) == (
        unseen,
        good,
        bad,
    )


def test_every_reason_has_its_row_and_its_evidence() -> None:
    assert {row[0] for row in FAULT_FREIGHT_STOCK} == set(REASONS)
    assert {code: reason.evidence for code, reason in REASONS.items()} == EVIDENCE


def test_the_limits_are_those_agreed_on() -> None:
    given = answer("cancellation_limits")
    assert {name: given[name] for name in TIME_LIMITS} == TIME_LIMITS


def test_the_gateway_is_asked_on_the_given_schedule_and_then_it_is_an_incident() -> None:
    polls = [answer("refund_schedule", poll=number) for number in range(1, len(ASKED_AFTER) + 1)]
    assert tuple(poll["poll_delay"] for poll in polls) == ASKED_AFTER
    assert [poll["last_poll"] for poll in polls] == [False] * 4 + [True]
