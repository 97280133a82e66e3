"""Everything that pages read about cases, in one place to import from."""

from __future__ import annotations

from processes.cases.history import BuyerHistory, buyer_history
from processes.cases.inbox import (
    InboxCounts,
    InboxFilters,
    InboxPage,
    InboxRow,
    platform_queue,
    seller_inbox,
)
from processes.cases.lists import (
    CasePage,
    CaseRow,
    buyer_cases,
    decided_cases,
    order_cases,
    shop_cases,
)
from processes.cases.views import CaseView, Deadline, case_refund, case_view

__all__ = [
    "BuyerHistory",
    "CasePage",
    "CaseRow",
    "CaseView",
    "Deadline",
    "InboxCounts",
    "InboxFilters",
    "InboxPage",
    "InboxRow",
    "buyer_cases",
    "buyer_history",
    "case_refund",
    "case_view",
    "decided_cases",
    "order_cases",
    "platform_queue",
    "seller_inbox",
    "shop_cases",
]
