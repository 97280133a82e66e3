"""The reasons and refusals of the domain rules, and the flow that a reason takes."""

from __future__ import annotations

import pytest

from processes.cases.reasons import REASONS, REFUSALS, flow_of
from processes.cases.rules import Flow, Initiator, text_length


def test_every_reason_of_the_rules_is_there() -> None:
    assert set(REASONS) == {
        "B_MIND",
        "B_WRONG",
        "B_PRICE",
        "B_OOS",
        "L_DELAY",
        "L_LOST",
        "L_DAMAGE",
        "L_NOSHIP",
        "L_INFO",
        "Q_DESC",
        "Q_DEFECT",
        "Q_VARIANT",
        "Q_EXPECT",
        "OTHER",
    }
    assert all(reason.zh and reason.en for reason in REASONS.values())


@pytest.mark.parametrize(
    ("reason", "flow"),
    [("B_MIND", Flow.BUYER), ("L_DELAY", Flow.LOGISTICS), ("Q_DEFECT", Flow.PRODUCT)],
)
@pytest.mark.parametrize("state", ["unpaid", "paid", "shipped", "delivered"])
def test_most_reasons_belong_to_one_flow(reason: str, flow: Flow, state: str) -> None:
    assert flow_of(reason, state) is flow


@pytest.mark.parametrize(
    ("state", "flow"),
    [
        ("unpaid", Flow.BUYER),
        ("paid", Flow.BUYER),
        ("picking", Flow.BUYER),
        ("partly_shipped", Flow.LOGISTICS),
        ("shipped", Flow.LOGISTICS),
        ("delivered", Flow.PRODUCT),
        ("completed", Flow.PRODUCT),
    ],
)
def test_any_other_reason_goes_by_the_state(state: str, flow: Flow) -> None:
    assert flow_of("OTHER", state) is flow


def test_only_some_reasons_are_the_sellers() -> None:
    assert {code for code, reason in REASONS.items() if Initiator.SELLER in reason.initiators} == {
        "B_OOS",
        "L_NOSHIP",
        "OTHER",
    }


def test_refusals_about_evidence_and_returns_need_proof() -> None:
    assert {code for code, refusal in REFUSALS.items() if refusal.proof} == {
        "EVIDENCE_INSUFFICIENT",
        "RETURN_WRONG_ITEM",
    }


@pytest.mark.parametrize(
    ("text", "length"), [("", 0), ("   ", 0), (" 不想要 ", 3), ("a   b", 3), ("买错了尺码,想换一件大的", 12)]
)
def test_blanks_do_not_count(text: str, length: int) -> None:
    assert text_length(text) == length


def test_process_ids_follow_from_the_flow() -> None:
    assert [flow.process_id for flow in Flow] == [
        "buyer_cancellation",
        "logistics_cancellation",
        "product_cancellation",
    ]
