"""Reading what Stripe tells us of refunds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import stripe

from processes.money.errors import NoticeRefused
from processes.money.gateway import OutcomeStatus
from processes.money.notices import ChargebackNotice, Notice
from processes.money.stripe.amounts import from_stripe
from processes.money.stripe.gateway import STATUSES, StripeGateway

REPLAY_SECONDS = 300
"""How old a signature may be; Stripe signs each delivery anew."""

REFUND_EVENTS = frozenset({"refund.created", "refund.updated", "refund.failed", "charge.refund.updated"})

DISPUTE_EVENTS = "charge.dispute."


class StripeNotices:
    """Reads Stripe's events.

    Args:
        secret: The endpoint's signing secret, ``whsec_…``.
    """

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def read(self, headers: Mapping[str, str], body: bytes) -> Notice | ChargebackNotice | None:
        """See :meth:`processes.money.notices.NoticeReader.read`."""
        try:
            stripe.WebhookSignature.verify_header(
                body, headers.get("Stripe-Signature"), self._secret, tolerance=REPLAY_SECONDS
            )
            event = json.loads(body)
            if str(event["type"]).startswith(DISPUTE_EVENTS):
                return _chargeback(event)
            if event["type"] not in REFUND_EVENTS:
                return None
            refund = event["data"]["object"]
            metadata = refund.get("metadata") or {}
            return Notice(
                provider=StripeGateway.NAME,
                notice_id=str(event["id"]),
                refund_no=str(metadata.get("refund_no", "")),
                failed=STATUSES.get(refund.get("status", "")) is OutcomeStatus.FAILED,
            )
        except (stripe.SignatureVerificationError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise NoticeRefused from error


def _chargeback(event: dict[str, Any]) -> ChargebackNotice:
    dispute = event["data"]["object"]
    numbers = (dispute.get("payment_intent"), dispute.get("charge"))
    return ChargebackNotice(
        provider=StripeGateway.NAME,
        notice_id=str(event["id"]),
        reference=str(dispute["id"]),
        payment_references=tuple(str(number) for number in numbers if number),
        amount=from_stripe(int(dispute["amount"]), str(dispute["currency"]).upper()),
    )
