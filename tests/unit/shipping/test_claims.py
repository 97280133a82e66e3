"""What the records bear out of a claim."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from processes.shipping.claims import ClaimFacts, ParcelFacts, verify

NOW = dt.datetime(2026, 3, 10, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
NOTHING = ClaimFacts(
    parcels=[], claimed={1: 2}, unshipped=0, ship_by=None, promised_at=None, listing_changed=False
)


def parcel(
    promised: int | None = None,
    delivered: int | None = None,
    reported: str = "",
    offered: str = "",
    units: int = 2,
    stalled: bool = False,
) -> ParcelFacts:
    return ParcelFacts(
        promised_at=None if promised is None else NOW + promised * DAY,
        delivered_at=None if delivered is None else NOW + delivered * DAY,
        stalled=stalled,
        reported=frozenset(reported.split()),
        offered=frozenset(offered.split()),
        units={1: units},
    )


@pytest.mark.parametrize(
    ("reason", "parcels", "basis"),
    [
        ("L_DELAY", [parcel(promised=-1)], "promised_delivery_passed"),
        ("L_DELAY", [parcel(promised=1)], ""),
        ("L_DELAY", [parcel(promised=-2, delivered=-1)], "delivered_after_promise"),
        ("L_DELAY", [parcel(promised=-1, delivered=-2)], ""),
        ("L_DELAY", [parcel(promised=-1, delivered=-1)], ""),
        ("L_DELAY", [parcel()], ""),
        ("L_DELAY", [parcel(promised=2), parcel(promised=-1)], "promised_delivery_passed"),
        ("L_DELAY", [parcel(stalled=True, offered="L_DELAY")], "no_scan_for_too_long"),
        ("L_DELAY", [parcel(stalled=True)], ""),
        ("L_DELAY", [parcel(offered="L_DELAY")], ""),
        ("L_DELAY", [parcel(stalled=True, offered="L_DELAY", units=1), parcel(units=1)], ""),
        ("L_LOST", [parcel(reported="in_transit lost")], "carrier_reported_lost"),
        ("L_LOST", [parcel(offered="L_LOST")], "offered_by_the_watch"),
        ("L_LOST", [parcel(reported="in_transit")], ""),
        ("L_LOST", [parcel(reported="lost", units=1), parcel(reported="delivered")], ""),
        ("L_LOST", [parcel(reported="lost", units=1)] * 2, "carrier_reported_lost"),
        ("L_LOST", [parcel(offered="L_LOST", units=1), parcel(units=1)], ""),
        ("L_DAMAGE", [parcel(reported="damaged")], "carrier_reported_damaged"),
        ("L_DAMAGE", [parcel(reported="delivered")], ""),
        ("Q_DEFECT", [parcel(promised=-1, reported="lost damaged")], ""),
        ("NONSENSE", [], ""),
    ],
)
def test_parcels_speak_for_themselves(reason: str, parcels: list[ParcelFacts], basis: str) -> None:
    verdict = verify(reason, dataclasses.replace(NOTHING, parcels=parcels), NOW)
    assert (verdict.verified, verdict.basis) == (bool(basis), basis or "not_evident")


@pytest.mark.parametrize(
    ("unshipped", "days", "verified"), [(1, -1, True), (0, -1, False), (1, 1, False), (1, 0, False)]
)
def test_a_promise_to_ship_is_broken_once_its_instant_has_passed(
    unshipped: int, days: int, verified: bool
) -> None:
    facts = dataclasses.replace(NOTHING, unshipped=unshipped, ship_by=NOW + days * DAY)
    assert verify("L_NOSHIP", facts, NOW).verified is verified
    late = dataclasses.replace(NOTHING, unshipped=unshipped, promised_at=NOW + days * DAY)
    assert verify("L_DELAY", late, NOW).verified is verified


@pytest.mark.parametrize("changed", [True, False])
def test_wrong_information_shows_in_the_listing(changed: bool) -> None:
    facts = dataclasses.replace(NOTHING, listing_changed=changed)
    assert verify("L_INFO", facts, NOW).verified is changed
