"""What a person is to the marketplace, and the candidate groups that follow from it.

Pure: it imports the standard library and nothing else.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping


class Role(enum.StrEnum):
    """What an account is for; it decides which pages it sees."""

    BUYER = "buyer"
    SELLER = "seller"
    AGENT = "agent"
    SENIOR = "senior"
    OPERATOR = "operator"
    ANALYST = "analyst"


LANES: Mapping[str, Role] = {
    "buyer": Role.BUYER,
    "买家": Role.BUYER,
    "seller": Role.SELLER,
    "卖家": Role.SELLER,
    "商家": Role.SELLER,
    "agent": Role.AGENT,
    "平台": Role.AGENT,
    "客服": Role.AGENT,
    "平台客服": Role.AGENT,
    "senior": Role.SENIOR,
    "高级客服": Role.SENIOR,
    "运维": Role.OPERATOR,
    "业务分析师": Role.ANALYST,
}
"""What a lane of a diagram, or a candidate group, can be called to mean a role, in lower case."""

STAFF_GROUPS: Mapping[Role, str] = {
    Role.AGENT: "platform",
    Role.SENIOR: "platform_senior",
    Role.OPERATOR: "operator",
    Role.ANALYST: "analyst",
}
"""The candidate group of each role that belongs to no shop and is no buyer."""

PEOPLE = frozenset({*LANES, *STAFF_GROUPS.values()})
"""Every name of a lane that somebody finds his tasks by, in lower case."""


def role_meant_by(name: str) -> Role | None:
    """Return the role that a lane or a candidate group means; None if it is a group by itself."""
    return LANES.get(name.strip().lower())


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
