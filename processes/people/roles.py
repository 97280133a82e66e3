"""What a person is to the marketplace, and the candidate groups that follow from it.

Pure: it imports the standard library and nothing else.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable


class Role(enum.StrEnum):
    """What an account is for; it decides which pages it sees."""

    BUYER = "buyer"
    SELLER = "seller"
    AGENT = "agent"
    SENIOR = "senior"
    OPERATOR = "operator"
    ANALYST = "analyst"


def groups_of(role: Role, account_id: str, shop_ids: Iterable[str]) -> frozenset[str]:
    """Return the candidate groups of an account.

    A senior agent also does what an agent does. Only a seller's memberships count.
    """
    match role:
        case Role.BUYER:
            return frozenset({f"buyer:{account_id}"})
        case Role.SELLER:
            return frozenset(f"shop:{shop_id}" for shop_id in shop_ids)
        case Role.AGENT:
            return frozenset({"platform"})
        case Role.SENIOR:
            return frozenset({"platform", "platform_senior"})
        case Role.OPERATOR:
            return frozenset({"operator"})
        case Role.ANALYST:
            return frozenset({"analyst"})
