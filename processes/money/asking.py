"""What the adapters have in common: they ask before they submit, and again after a refusal.

See ``docs/decisions/0017-asking-before-repeating.md`` for why.
"""

from __future__ import annotations

import abc
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from processes.money.errors import GatewayConflict
from processes.money.gateway import ChargebackStanding, Outcome, OutcomeStatus, RefundRequest

Found = TypeVar("Found")
"""What an adapter knows from asking, and needs to submit."""


class ProviderGateway:
    """The part of a ``RefundGateway`` that says which provider it is; it has no charge-backs."""

    NAME: ClassVar[str]

    def provider_of(self, tender: str) -> str:
        """See :meth:`RefundGateway.provider_of`."""
        return self.NAME

    def chargeback(self, provider: str, reference: str) -> ChargebackStanding:
        """See :meth:`RefundGateway.chargeback`."""
        raise LookupError(f"{self.NAME} has no charge-back {reference}")


@dataclass(frozen=True, kw_only=True)
class Refused:
    """The provider will not make a refund; why, in its words."""

    code: str


class AskingGateway(ProviderGateway, abc.ABC, Generic[Found]):
    """A ``RefundGateway`` on a provider far away."""

    def submit(self, request: RefundRequest) -> Outcome:
        """See :meth:`RefundGateway.submit`."""
        unsuitable = self._unsuitable(request)
        if unsuitable:
            return Outcome(status=OutcomeStatus.FAILED, code=unsuitable)
        found, known = self._look(request)
        if known is not None:
            return known
        made = self._make(request, found)
        if isinstance(made, Outcome):
            return made
        # It may have been refused because an earlier request of ours has just arrived.
        _, known = self._look(request)
        return known or Outcome(status=OutcomeStatus.FAILED, code=made.code)

    def query(self, request: RefundRequest) -> Outcome:
        """See :meth:`RefundGateway.query`."""
        _, known = self._look(request)
        return known or Outcome(status=OutcomeStatus.UNKNOWN)

    @abc.abstractmethod
    def _unsuitable(self, request: RefundRequest) -> str:
        """Why the provider can't make such a refund, whatever it is asked; empty if it can."""

    @abc.abstractmethod
    def _look(self, request: RefundRequest) -> tuple[Found, Outcome | None]:
        """What the provider knows, and what became of the request; None if it has never heard of it.

        Raises:
            GatewayTimeout: No answer, or one that leaves open what happened.
            GatewayConflict: It knows the number with another amount or currency.
        """

    @abc.abstractmethod
    def _make(self, request: RefundRequest, found: Found) -> Outcome | Refused:
        """Ask for the refund.

        Raises:
            GatewayTimeout: No answer, or one that leaves open what happened.
        """


def refuse_another(request: RefundRequest, asked: tuple[int, str], known: tuple[int, str]) -> None:
    """Refuse an answer about another amount or currency than was asked about.

    Raises:
        GatewayConflict: It is one.
    """
    if known != asked:
        raise GatewayConflict(refund_no=request.refund_no, payment_no=request.payment_no)


def status_of(said: str, known: Mapping[str, OutcomeStatus]) -> OutcomeStatus:
    """Return what a provider's status means; one that came after this was written is nothing to act on."""
    return known.get(said, OutcomeStatus.PENDING)
