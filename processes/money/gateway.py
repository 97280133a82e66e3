"""The port through which money goes back: what any refund gateway must do.

An adapter is idempotent by refund number, payment and movement: the same three move money
once, however often they are submitted. A new movement begins only after the one before it
has failed for good. If an adapter can't say what became of a submission it raises
``GatewayTimeout``; it never guesses. The contract tests in ``tests/integration/gateway``
hold every adapter to that.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol


class OutcomeStatus(enum.StrEnum):
    """What a gateway says of a refund; ``UNKNOWN``: it has never heard of it."""

    SUCCEEDED = "succeeded"
    PENDING = "pending"
    FAILED = "failed"
    UNKNOWN = "unknown"


class ChargebackStatus(enum.StrEnum):
    """How a charge-back stands: ``CLEARED`` if the money is ours, ``LOST`` if the bank has given it back."""

    OPEN = "open"
    CLEARED = "cleared"
    LOST = "lost"


@dataclass(frozen=True, kw_only=True)
class ChargebackStanding:
    """What a provider says of a charge-back.

    Attributes:
        fees: What it charges for it by currency, in minor units, less what it has given back of that. The
            currency is that of our account there, which needn't be the payment's.
        complete: Nothing more is to come; not so while money that we have won is still on its way.
    """

    status: ChargebackStatus
    fees: Mapping[str, int] = field(default_factory=dict)
    complete: bool = True

    def as_json(self) -> dict[str, Any]:
        """The answer as the diagrams see it."""
        return {"status": self.status.value, "fees": dict(self.fees), "complete": self.complete}


@dataclass(frozen=True, kw_only=True)
class RefundRequest:
    """What is asked of the gateway for one payment of a refund.

    Attributes:
        refund_no: Ours; the same for each attempt.
        attempt_no: From 1, one more for each submission.
        payment_no: Our number for the payment that the money goes back by.
        payment_reference: The tender's number for it.
        tender: Such as ``wechat``.
        amount: Minor units, above zero.
        captured: What that payment came to.
        movement: From 1, one more for each earlier attempt that failed for good. An attempt
            that was never answered may still move money, so what repeats it is the same movement.
        gateway: Through which provider the movement goes; empty before its first attempt.
    """

    refund_no: str
    attempt_no: int
    payment_no: str
    payment_reference: str
    tender: str
    amount: int
    captured: int
    currency: str
    movement: int = 1
    gateway: str = ""

    @property
    def idempotency_key(self) -> str:
        """Names the movement of money, whatever the attempt."""
        return f"{self.refund_no}:{self.payment_no}:{self.movement}"

    def as_json(self) -> dict[str, Any]:
        """The request as it is stored with its attempt."""
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a gateway answers.

    Attributes:
        code: Why it failed, in the gateway's words; empty otherwise.
        reference: The gateway's number for the refund.
    """

    status: OutcomeStatus
    code: str = ""
    reference: str = ""

    def as_json(self) -> dict[str, Any]:
        """The answer as it is stored with its attempt."""
        return asdict(self)


class RefundGateway(Protocol):
    """Gives money back by the payment that it came by."""

    def provider_of(self, tender: str) -> str:
        """Return the name of the provider that new refunds by a tender go through."""
        ...

    def submit(self, request: RefundRequest) -> Outcome:
        """Ask for a refund, or learn what became of it if it was asked for before.

        Raises:
            GatewayTimeout: No answer in time; the refund may or may not have happened.
            GatewayConflict: The same number was used for another amount.
        """
        ...

    def query(self, request: RefundRequest) -> Outcome:
        """Say what became of a refund, without asking for it.

        Raises:
            GatewayTimeout: No answer in time.
        """
        ...

    def chargeback(self, provider: str, reference: str) -> ChargebackStanding:
        """Say how a charge-back stands that a provider has told us of.

        Raises:
            GatewayTimeout: No answer in time.
        """
        ...
