"""Which units of an order line a request can be about, by what it says. Pure.

Of a line that has left in part, some units can still be held back and others are with the
carrier or the buyer: a request is about the ones or the others, never about both, since the
two take different ways.
"""

from __future__ import annotations

import enum

from processes.cases.rules import Flow

PARTLY_SHIPPED = "partly_shipped"


class About(enum.StrEnum):
    """Which units a reason can be about."""

    UNSHIPPED = "unshipped"
    SHIPPED = "shipped"
    EITHER = "either"


def about(flow: Flow, reason: str) -> About:
    """Return which units a reason can be about in a flow."""
    if flow is Flow.BUYER or reason == "L_NOSHIP":
        return About.UNSHIPPED
    if flow is Flow.PRODUCT or reason in {"L_LOST", "L_DAMAGE"}:
        return About.SHIPPED
    return About.EITHER


def askable(which: About, order_state: str, *, live: int, unshipped: int) -> int:
    """Return how many units of a line a request can be about.

    Only an order that has left in part tells its units apart: about any other, the analysts'
    table answers by its state.

    Args:
        which: From :func:`about`.
        order_state: An ``OrderState``.
        live: Units that nobody has cancelled.
        unshipped: Those of them that are still to be shipped.
    """
    if order_state != PARTLY_SHIPPED or which is About.EITHER:
        return live
    return min(live, unshipped) if which is About.UNSHIPPED else live - min(live, unshipped)
