"""Signatures of carriers' reports, and which limits a parcel's way has."""

from __future__ import annotations

import datetime as dt

import pytest

from processes.shipping.errors import SignatureRefused
from processes.shipping.feeds import REPLAY_WINDOW, check_signature, secret_of, sign
from processes.shipping.rules import Route, route_of

NOW = dt.datetime(2026, 3, 10, 4, 0, tzinfo=dt.UTC)
SECRET = secret_of("feed_1", "the product's own")
BODY = b'{"events": []}'


def test_a_signed_report_is_taken_inside_the_window() -> None:
    for at in (NOW, NOW - REPLAY_WINDOW, NOW + REPLAY_WINDOW):
        check_signature(sign(SECRET, BODY, at), SECRET, BODY, now=NOW)


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "t=,v1=",
        "v1=abc",
        "t=x,v1=abc",
        "t=9999999999999,v1=abc",
        "t=1773115200,v1=ü",
        sign(SECRET, BODY + b" ", NOW),
        sign(secret_of("feed_2", "the product's own"), BODY, NOW),
        sign(SECRET, BODY, NOW - REPLAY_WINDOW - dt.timedelta(seconds=1)),
        sign(SECRET, BODY, NOW + REPLAY_WINDOW + dt.timedelta(seconds=1)),
    ],
)
def test_any_other_is_refused(signature: str) -> None:
    with pytest.raises(SignatureRefused):
        check_signature(signature, SECRET, BODY, now=NOW)


def test_remote_provinces_have_a_route_of_their_own() -> None:
    assert route_of("新疆维吾尔自治区乌鲁木齐市天山区") is Route.REMOTE
    assert route_of("浙江省杭州市余杭区") is Route.USUAL
    assert route_of("") is Route.USUAL
