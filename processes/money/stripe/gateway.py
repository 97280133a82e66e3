"""A refund gateway on Stripe, by Stripe's own library.

Every refund carries our numbers in its metadata, and the refunds of a payment are looked
through before another is made: Stripe forgets idempotency keys after a day, and a stand-in
may never have known them. The key is sent all the same, for what is still on its way.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import stripe

from processes.money.asking import AskingGateway, Refused, refuse_another, status_of
from processes.money.errors import GatewayConflict, GatewayMisconfigured, GatewayTimeout
from processes.money.gateway import ChargebackStanding, Outcome, OutcomeStatus, RefundRequest
from processes.money.stripe.amounts import NotRepresentable, to_stripe
from processes.money.stripe.disputes import standing_of

EXCEEDS_PAYMENT = "refund_exceeds_payment"
NOT_REPRESENTABLE = "amount_not_representable"
TIMEOUT_SECONDS = (5.0, 20.0)
"""To connect, and to answer."""

STATUSES = {
    "succeeded": OutcomeStatus.SUCCEEDED,
    "pending": OutcomeStatus.PENDING,
    "requires_action": OutcomeStatus.PENDING,
    "failed": OutcomeStatus.FAILED,
    "canceled": OutcomeStatus.FAILED,
}
_PAGE = 100


class StripeGateway(AskingGateway[list[stripe.Refund]]):
    """A ``RefundGateway`` on Stripe.

    Args:
        api_key: The secret key, or a restricted one that may read and write refunds.
        base_url: In place of Stripe's own address; for tests.
        timeout: Seconds to connect and to answer.
    """

    NAME = "stripe"

    def __init__(
        self, api_key: str, *, base_url: str = "", timeout: tuple[float, float] = TIMEOUT_SECONDS
    ) -> None:
        self._client = stripe.StripeClient(
            api_key,
            base_addresses={"api": base_url} if base_url else None,
            http_client=stripe.RequestsClient(timeout=timeout),
            # Nothing is repeated behind our back: whoever repeats asks first.
            max_network_retries=0,
        )

    def _unsuitable(self, request: RefundRequest) -> str:
        try:
            to_stripe(request.amount, request.currency)
        except NotRepresentable:
            return NOT_REPRESENTABLE
        return ""

    def _look(self, request: RefundRequest) -> tuple[list[stripe.Refund], Outcome | None]:
        with _unknown_unless_answered(request.refund_no, request.payment_no):
            refunds = self._refunds_of(request)
        return refunds, _latest(refunds, request)

    def _make(self, request: RefundRequest, found: list[stripe.Refund]) -> Outcome | Refused:
        amount = to_stripe(request.amount, request.currency)
        taken = sum(one.amount for one in found if _status(one) is not OutcomeStatus.FAILED)
        if taken + amount > to_stripe(request.captured, request.currency):
            return Refused(code=EXCEEDS_PAYMENT)
        with _unknown_unless_answered(request.refund_no, request.payment_no):
            try:
                return _outcome(self._create(request, amount))
            except (stripe.InvalidRequestError, stripe.CardError) as refusal:
                return Refused(code=refusal.code or type(refusal).__name__)

    def chargeback(self, provider: str, reference: str) -> ChargebackStanding:
        """See :meth:`RefundGateway.chargeback`."""
        with _unknown_unless_answered(reference):
            dispute = self._client.v1.disputes.retrieve(reference)
        return standing_of(dispute)

    def _refunds_of(self, request: RefundRequest) -> list[stripe.Refund]:
        """All refunds of the payment, whoever made them, the latest first."""
        reference = request.payment_reference
        params: stripe.params.RefundListParams = {"limit": _PAGE}
        if reference.startswith("pi_"):
            params["payment_intent"] = reference
        else:
            params["charge"] = reference
        try:
            return list(self._client.v1.refunds.list(params).auto_paging_iter())
        except stripe.InvalidRequestError as error:
            if error.code == "resource_missing":
                return []  # there is no such payment, so nothing of it has gone back
            raise

    def _create(self, request: RefundRequest, amount: int) -> stripe.Refund:
        params: stripe.params.RefundCreateParams = {
            "amount": amount,
            "metadata": {
                "refund_no": request.refund_no,
                "payment_no": request.payment_no,
                "movement": str(request.movement),
            },
        }
        if request.payment_reference.startswith("pi_"):
            params["payment_intent"] = request.payment_reference
        else:
            params["charge"] = request.payment_reference
        return self._client.v1.refunds.create(params, {"idempotency_key": request.idempotency_key})


@contextmanager
def _unknown_unless_answered(number: str, payment_no: str = "") -> Iterator[None]:
    """Sort out what Stripe's library raises.

    Raises:
        GatewayTimeout: No answer, or one that leaves open what happened.
        GatewayMisconfigured: The key is wrong or may not do this; nothing has happened.
        GatewayConflict: The idempotency key is known with another request.
    """
    try:
        yield
    except (stripe.AuthenticationError, stripe.PermissionError) as error:
        raise GatewayMisconfigured(gateway="Stripe", reason=type(error).__name__) from error
    except stripe.IdempotencyError as error:
        raise GatewayConflict(refund_no=number, payment_no=payment_no) from error
    except stripe.StripeError as error:
        raise GatewayTimeout(refund_no=number) from error


def _latest(refunds: list[stripe.Refund], request: RefundRequest) -> Outcome | None:
    """What became of a request, or None if nothing that was made for it stands.

    A refund that stands is the answer whatever its movement: money must not move beside it.

    Raises:
        GatewayConflict: One that stands is over another amount or in another currency.
    """
    ours = [one for one in refunds if _belongs(one, request)]
    standing = [one for one in ours if _status(one) is not OutcomeStatus.FAILED]
    for one in standing:
        asked = (to_stripe(request.amount, request.currency), request.currency)
        refuse_another(request, asked, (one.amount, one.currency.upper()))
        return _outcome(one)
    for one in ours:
        if _metadata(one).get("movement") == str(request.movement):
            return _outcome(one)
    return None


def _belongs(refund: stripe.Refund, request: RefundRequest) -> bool:
    metadata = _metadata(refund)
    return (metadata.get("refund_no"), metadata.get("payment_no")) == (request.refund_no, request.payment_no)


def _metadata(refund: stripe.Refund) -> dict[str, str]:
    return refund.metadata.to_dict() if refund.metadata is not None else {}


def _status(refund: stripe.Refund) -> OutcomeStatus:
    return status_of(refund.status or "", STATUSES)


def _outcome(refund: stripe.Refund) -> Outcome:
    status = _status(refund)
    code = ""
    if status is OutcomeStatus.FAILED:
        code = getattr(refund, "failure_reason", None) or str(refund.status)
    return Outcome(status=status, code=code, reference=refund.id)
