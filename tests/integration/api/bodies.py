"""Bodies of requests, as a shop's system sends them."""

from __future__ import annotations

from typing import Any

Body = dict[str, Any]


def an_order(order_no: str = "A1", **changes: Any) -> Body:
    """The body of an order."""
    return {
        "order_no": order_no,
        "buyer": {"login": "wangfang", "name": "王芳"},
        "placed_at": "2026-03-10T10:00:00+08:00",
        "promised_at": "2026-03-14T23:59:59+08:00",
        "freight": 800,
        "discount": 100,
        "receiver": {"name": "王芳", "address": "杭州市西湖区文三路 1 号"},
        "lines": [
            {"sku": "T-1", "title": "纯棉T恤", "category": "apparel", "unit_price": 5900, "quantity": 2},
            {"sku": "T-2", "title": "帆布鞋", "category": "apparel", "unit_price": 9900, "quantity": 1},
        ],
        **changes,
    }


def a_payment(**changes: Any) -> Body:
    """The body of the payment of that order."""
    paid = {
        "tender": "wechat",
        "reference": "WX1",
        "amount": 22400,
        "captured_at": "2026-03-10T10:02:00+08:00",
    }
    return {**paid, **changes}


def a_shipment(**changes: Any) -> Body:
    """The body of a parcel with all of that order."""
    sent = {
        "order_no": "A1",
        "carrier": "顺丰",
        "tracking_no": "SF1",
        "shipped_at": "2026-03-11T10:00:00+08:00",
    }
    return {**sent, **changes}
