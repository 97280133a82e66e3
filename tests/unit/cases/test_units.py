"""Which units a request can be about."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processes.cases.reasons import REASONS
from processes.cases.rules import Flow
from processes.cases.units import About, about, askable


@pytest.mark.parametrize(
    ("flow", "reason", "which"),
    [
        (Flow.BUYER, "B_MIND", About.UNSHIPPED),
        (Flow.BUYER, "OTHER", About.UNSHIPPED),
        (Flow.LOGISTICS, "L_NOSHIP", About.UNSHIPPED),
        (Flow.LOGISTICS, "L_LOST", About.SHIPPED),
        (Flow.LOGISTICS, "L_DAMAGE", About.SHIPPED),
        (Flow.LOGISTICS, "L_DELAY", About.EITHER),
        (Flow.LOGISTICS, "L_INFO", About.EITHER),
        (Flow.LOGISTICS, "OTHER", About.EITHER),
        (Flow.PRODUCT, "Q_DEFECT", About.SHIPPED),
        (Flow.PRODUCT, "OTHER", About.SHIPPED),
    ],
)
def test_about(flow: Flow, reason: str, which: About) -> None:
    assert about(flow, reason) is which


@pytest.mark.parametrize(
    ("which", "state", "possible"),
    [
        (About.UNSHIPPED, "partly_shipped", 2),
        (About.SHIPPED, "partly_shipped", 3),
        (About.EITHER, "partly_shipped", 5),
        (About.UNSHIPPED, "paid", 5),
        (About.SHIPPED, "delivered", 5),
        # What then can be asked for is the table's to say.
        (About.UNSHIPPED, "shipped", 5),
    ],
)
def test_askable(which: About, state: str, possible: int) -> None:
    assert askable(which, state, live=5, unshipped=2) == possible


@given(st.integers(0, 50), st.integers(0, 50))
def test_every_unit_can_be_asked_for_one_way_or_the_other(live: int, unshipped: int) -> None:
    parts = [
        askable(which, "partly_shipped", live=live, unshipped=unshipped)
        for which in (About.UNSHIPPED, About.SHIPPED)
    ]
    assert sum(parts) == live
    assert min(parts) >= 0


def test_every_reason_is_about_some_units() -> None:
    assert {about(flow, reason.code) for reason in REASONS.values() for flow in reason.flows} == set(About)
