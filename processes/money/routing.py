"""Each tender's refunds go through its own provider."""

from __future__ import annotations

from collections.abc import Mapping

from processes.money.errors import GatewayMisconfigured
from processes.money.gateway import ChargebackStanding, Outcome, RefundGateway, RefundRequest


class RoutingGateway:
    """A ``RefundGateway`` that hands each request to the provider of its tender.

    A movement that has begun stays with the provider where it began: after a change of the
    settings it is asked there what became of it, and not submitted to another.

    Args:
        gateways: By the name of the provider.
        routes: The name of each tender's provider.
        default: The provider of all other tenders.
    """

    def __init__(
        self, gateways: Mapping[str, RefundGateway], routes: Mapping[str, str], *, default: str
    ) -> None:
        self._gateways = dict(gateways)
        self._routes = dict(routes)
        self._default = default

    def provider_of(self, tender: str) -> str:
        """See :meth:`RefundGateway.provider_of`."""
        return self._routes.get(tender, self._default)

    def submit(self, request: RefundRequest) -> Outcome:
        """See :meth:`RefundGateway.submit`.

        Raises:
            GatewayMisconfigured: The provider where it began is no longer set up.
        """
        return self._gateway(request).submit(request)

    def query(self, request: RefundRequest) -> Outcome:
        """See :meth:`RefundGateway.query`.

        Raises:
            GatewayMisconfigured: The provider where it began is no longer set up.
        """
        return self._gateway(request).query(request)

    def chargeback(self, provider: str, reference: str) -> ChargebackStanding:
        """See :meth:`RefundGateway.chargeback`.

        Raises:
            GatewayMisconfigured: The provider is no longer set up.
        """
        return self._named(provider).chargeback(provider, reference)

    def _gateway(self, request: RefundRequest) -> RefundGateway:
        return self._named(request.gateway or self.provider_of(request.tender))

    def _named(self, name: str) -> RefundGateway:
        found = self._gateways.get(name)
        if found is None:
            raise GatewayMisconfigured(gateway=name, reason="not set up")
        return found
