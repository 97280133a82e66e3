"""How a buyer stands, at each bound."""

from __future__ import annotations

import pytest

from processes.automation.rules import BuyerRecord, Standing, standing


@pytest.mark.parametrize(
    ("orders", "cases", "disproved", "expected"),
    [
        (0, 0, 0, Standing.NEW),
        (2, 0, 0, Standing.NEW),
        (3, 0, 0, Standing.GOOD),
        (10, 3, 0, Standing.GOOD),
        (10, 4, 0, Standing.FREQUENT),
        (200, 60, 0, Standing.GOOD),
        (200, 61, 0, Standing.FREQUENT),
        (200, 1, 1, Standing.DISPROVED),
        (0, 1, 1, Standing.DISPROVED),
    ],
)
def test_bounds(orders: int, cases: int, disproved: int, expected: Standing) -> None:
    assert standing(BuyerRecord(orders=orders, cases=cases, disproved=disproved)) is expected
