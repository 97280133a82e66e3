"""How a case is carried, how far it comes and how it ends. Pure: the standard library and nothing else."""

from __future__ import annotations

import enum


class Flow(enum.StrEnum):
    """Which of the three cancellation processes carries a case."""

    BUYER = "buyer"
    LOGISTICS = "logistics"
    PRODUCT = "product"

    @property
    def process_id(self) -> str:
        """The id of the process in the diagrams."""
        return f"{self.value}_cancellation"


class Initiator(enum.StrEnum):
    """Who asked for a cancellation."""

    BUYER = "buyer"
    SELLER = "seller"
    SYSTEM = "system"


class CaseStatus(enum.StrEnum):
    """How far a case has come."""

    OPEN = "open"
    AWAITING_SELLER = "awaiting_seller"
    OFFERED = "offered"
    EXCHANGING = "exchanging"
    REFUSED = "refused"
    AWAITING_RETURN = "awaiting_return"
    RETURN_IN_TRANSIT = "return_in_transit"
    IN_DISPUTE = "in_dispute"
    INTERCEPTING = "intercepting"
    REFUNDING = "refunding"
    REFUNDED = "refunded"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Outcome(enum.StrEnum):
    """How a case ended."""

    REFUNDED = "refunded"
    CLOSED_UNPAID = "closed_unpaid"
    INELIGIBLE = "ineligible"
    REFUSAL_ACCEPTED = "refusal_accepted"
    REFUSAL_STOOD = "refusal_stood"
    RULED_FOR_SELLER = "ruled_for_seller"
    WITHDRAWN = "withdrawn"
    RETURN_LAPSED = "return_lapsed"
    RETURN_REJECTED = "return_rejected"
    DELIVERED_ANYWAY = "delivered_anyway"
    SETTLED = "settled"
    EXCHANGED = "exchanged"


def text_length(text: str) -> int:
    """Count the characters of a text that carry something: blanks at its ends and in runs don't."""
    return len(" ".join(text.split()))
