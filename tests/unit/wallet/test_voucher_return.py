"""What the table's answers mean for a coupon or for points."""

from __future__ import annotations

import datetime as dt

import pytest

from processes.wallet.rules import Treatment, is_expired, voucher_return

NOW = dt.datetime(2026, 3, 10, 4, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("answer", "valid_until", "treatment", "until"),
    [
        ({}, None, Treatment.SAME, None),
        ({}, NOW + DAY, Treatment.SAME, NOW + DAY),
        ({"treatment": "same", "valid_days": 30}, NOW + DAY, Treatment.SAME, NOW + DAY),
        ({"treatment": "reissue", "valid_days": 30}, NOW - DAY, Treatment.REISSUE, NOW + 30 * DAY),
        ({"treatment": "reissue", "valid_days": 30}, NOW + 90 * DAY, Treatment.REISSUE, NOW + 90 * DAY),
        ({"treatment": "reissue", "valid_days": 30}, None, Treatment.REISSUE, None),
        ({"treatment": "forfeit"}, NOW - DAY, Treatment.FORFEIT, NOW - DAY),
    ],
)
def test_voucher_return(
    answer: dict[str, object],
    valid_until: dt.datetime | None,
    treatment: Treatment,
    until: dt.datetime | None,
) -> None:
    found = voucher_return(answer, valid_until=valid_until, now=NOW)
    assert (found.treatment, found.valid_until) == (treatment, until)


def test_a_treatment_that_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="burn"):
        voucher_return({"treatment": "burn"}, valid_until=None, now=NOW)


@pytest.mark.parametrize(
    ("valid_until", "expired"), [(None, False), (NOW, True), (NOW + DAY, False), (NOW - DAY, True)]
)
def test_is_expired(valid_until: dt.datetime | None, expired: bool) -> None:
    assert is_expired(valid_until, NOW) is expired
