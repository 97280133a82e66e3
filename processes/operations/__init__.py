"""The operations that the diagrams' service tasks call, registered in one place.

Each is harmless when repeated. Those inside a step touch nothing but the database, by the
step's own transaction; the external ones open transactions of their own.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.operations import OperationRegistry
from processes.calendars.shops import calendar_of
from processes.money.gateway import RefundGateway
from processes.operations import (
    case_parcels,
    cases,
    chargebacks,
    disputes,
    notifying,
    offers,
    refunds,
    returns,
)
from processes.people.roles import PEOPLE
from processes.shipping.operations import register as register_shipping
from processes.tasks.assigning import group_of


def register_operations(
    registry: OperationRegistry, gateway: RefundGateway, *, tender_order: Sequence[str] = ()
) -> None:
    """Register every operation of the business.

    Args:
        registry: Of the engine that will run the diagrams.
        gateway: Where refunds go through.
        tender_order: Tenders that refunds use up first, unless a shop has set its own order.
    """
    registry.calendars = calendar_of
    registry.groups = group_of
    registry.people = PEOPLE
    cases.register(registry)
    refunds.register(registry, gateway, tender_order)
    chargebacks.register(registry, gateway)
    returns.register(registry)
    case_parcels.register(registry)
    disputes.register(registry)
    offers.register(registry)
    notifying.register(registry)
    register_shipping(registry)
