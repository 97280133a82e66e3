"""Reading Stripe's events: signed and recent ones about refunds, and no others."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from processes.money.errors import NoticeRefused
from processes.money.notices import ChargebackNotice, Notice
from processes.money.stripe.events import StripeNotices
from tests.standins.stripe import letter

SECRET = "whsec_1"
READER = StripeNotices(SECRET)


def event(kind: str = "refund.updated", **refund: Any) -> bytes:
    return json.dumps({"id": "evt_1", "type": kind, "data": {"object": refund}}).encode()


def signed(body: bytes, *, secret: str = SECRET, at: float | None = None) -> dict[str, str]:
    return letter(body, secret=secret, at=at)[0]


@pytest.mark.parametrize(
    ("status", "failed"),
    [("succeeded", False), ("pending", False), ("failed", True), ("canceled", True), ("later", False)],
)
def test_a_refund_of_ours_is_recognised(status: str, failed: bool) -> None:
    body = event(status=status, metadata={"refund_no": "R1"})
    notice = Notice(provider="stripe", notice_id="evt_1", refund_no="R1", failed=failed)
    assert READER.read(signed(body), body) == notice


def test_a_refund_that_is_not_ours_has_no_number() -> None:
    body = event(status="succeeded", metadata=None)
    found = READER.read(signed(body), body)
    assert isinstance(found, Notice)
    assert found.refund_no == ""


def test_a_dispute_names_its_payment_by_every_number_that_stripe_has() -> None:
    body = event(
        "charge.dispute.created", id="dp_1", charge="ch_1", payment_intent="pi_1", amount=500, currency="cny"
    )
    assert READER.read(signed(body), body) == ChargebackNotice(
        provider="stripe",
        notice_id="evt_1",
        reference="dp_1",
        payment_references=("pi_1", "ch_1"),
        amount=500,
    )


def test_events_about_other_things_are_passed_over() -> None:
    body = event("charge.succeeded")
    assert READER.read(signed(body), body) is None


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Stripe-Signature": "t=,v1="},
        signed(event(), secret="whsec_2"),
        signed(event(), at=time.time() - 400),
        signed(event("refund.failed")),
    ],
)
def test_what_is_not_signed_or_too_old_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(NoticeRefused):
        READER.read(headers, event())


@pytest.mark.parametrize("body", [b"", b"[]", b'{"type": "refund.updated"}', b"\xff"])
def test_what_cannot_be_read_is_refused(body: bytes) -> None:
    with pytest.raises(NoticeRefused):
        READER.read(signed(body), body)
