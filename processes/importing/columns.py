"""The columns of an orders file, and what a checked row holds. Pure data."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from processes.wallet.books import VoucherTerms

ORDER_COLUMNS = (
    "order_no",
    "shop",
    "shop_name",
    "buyer_login",
    "buyer_name",
    "placed_at",
    "promised_ship_by",
    "promised_at",
    "currency",
    "freight",
    "discount",
    "receiver_name",
    "receiver_phone",
    "receiver_address",
    "remark",
    "payments",
    "paid_at",
    "picking_at",
    "completed_at",
    "paid_out_at",
)
LINE_COLUMNS = (
    "line_no",
    "listing",
    "sku",
    "title",
    "variant",
    "category",
    "description",
    "image",
    "custom_made",
    "unit_price",
    "quantity",
    "stock",
)
PARCEL_COLUMNS = ("carrier", "tracking_no", "shipped_quantity", "shipped_at", "tracking")
COLUMNS = ORDER_COLUMNS + LINE_COLUMNS + PARCEL_COLUMNS
REQUIRED = (
    "order_no",
    "shop",
    "buyer_login",
    "buyer_name",
    "placed_at",
    "line_no",
    "sku",
    "title",
    "category",
    "unit_price",
    "quantity",
)


@dataclass(frozen=True, kw_only=True)
class PaymentField:
    """One tender of the column ``payments``."""

    tender: str
    reference: str
    amount: int
    terms: VoucherTerms


@dataclass(frozen=True, kw_only=True)
class TrackingField:
    """One event of the column ``tracking``."""

    event: str
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class ParcelFields:
    """The parcel that a row's units left in."""

    carrier: str
    tracking_no: str
    shipped_at: dt.datetime
    quantity: int
    tracking: tuple[TrackingField, ...]


@dataclass(frozen=True, kw_only=True)
class OrderRow:
    """One row, checked field by field.

    Attributes:
        order_text: The order's own fields as they stand, to compare an order's rows by.
        line_text: The same for the line's.
    """

    line: int
    order_text: tuple[str, ...]
    line_text: tuple[str, ...]
    order_no: str
    shop: str
    shop_name: str
    buyer_login: str
    buyer_name: str
    placed_at: dt.datetime
    promised_ship_by: dt.datetime | None
    promised_at: dt.datetime | None
    currency: str
    freight: int
    discount: int
    receiver: dict[str, str]
    remark: str
    payments: tuple[PaymentField, ...]
    paid_at: dt.datetime | None
    picking_at: dt.datetime | None
    completed_at: dt.datetime | None
    paid_out_at: dt.datetime | None
    line_no: int
    listing: str
    sku: str
    title: str
    variant: str
    category: str
    description: str
    image: str
    custom_made: bool
    unit_price: int
    quantity: int
    stock: int
    parcel: ParcelFields | None
