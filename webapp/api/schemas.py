"""What requests of the HTTP API may say. Unknown fields are refused, and nothing is converted.

Amounts are whole numbers of the currency's smallest unit; instants are ISO 8601 with a zone.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from processes.catalog.rules import CATEGORIES
from processes.conversation.rules import TEXT_MAXIMUM
from processes.importing.fields import QUANTITY_LIMIT
from processes.money.currencies import AMOUNT_LIMIT, MINOR_DIGITS
from processes.offers.rules import OfferKind
from processes.orders.rules import TENDERS
from processes.shipping.rules import TRACKING_EVENTS

EARLIEST = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
LATEST = dt.datetime(2200, 1, 1, tzinfo=dt.UTC)


def _readable(text: str) -> str:
    if any(ord(character) < 32 and character not in "\n\r\t" for character in text):
        raise ValueError("control characters are not allowed")
    return text


def _near(instant: dt.datetime) -> dt.datetime:
    if not EARLIEST <= instant < LATEST:
        raise ValueError("the year has to be from 2000 to 2199")
    return instant.astimezone(dt.UTC)


def one_of(known: tuple[str, ...]) -> AfterValidator:
    """Let a text be one of some codes."""

    def check(value: str) -> str:
        if value not in known:
            raise ValueError("has to be one of " + ", ".join(known))
        return value

    return AfterValidator(check)


Readable = AfterValidator(_readable)

Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]{0,63}$")]
OrderNo = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
Word = Annotated[str, Field(max_length=200), Readable]
Name = Annotated[str, Field(min_length=1, max_length=200), Readable]
Text = Annotated[str, Field(max_length=2000), Readable]
Amount = Annotated[int, Field(ge=0, le=AMOUNT_LIMIT)]
Count = Annotated[int, Field(ge=0, le=QUANTITY_LIMIT)]
Quantity = Annotated[int, Field(ge=1, le=QUANTITY_LIMIT)]
Instant = Annotated[AwareDatetime, AfterValidator(_near)]
Currency = Annotated[str, one_of(tuple(MINOR_DIGITS))]


class Body(BaseModel):
    """The base of every body: strict types, and no field that isn't known."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class BuyerIn(Body):
    """Who ordered; a new buyer is made without a password."""

    login: Code
    name: Name


class ReceiverIn(Body):
    """Where the order goes."""

    name: Word = ""
    phone: Word = ""
    address: Text = ""


class LineIn(Body):
    """Goods of an order; a SKU that is new is listed as described."""

    sku: Code
    title: Name
    category: Annotated[str, one_of(CATEGORIES)]
    unit_price: Amount
    quantity: Quantity
    variant: Word = ""
    listing: Annotated[str, Field(pattern=r"^([A-Za-z0-9][A-Za-z0-9._/-]{0,63})?$")] = ""
    description: Text = ""
    image: Text = ""
    custom_made: bool = False


class OrderIn(Body):
    """``POST /orders``."""

    order_no: OrderNo
    buyer: BuyerIn
    placed_at: Instant
    lines: Annotated[list[LineIn], Field(min_length=1, max_length=200)]
    currency: Currency = "CNY"
    freight: Amount = 0
    discount: Amount = 0
    receiver: ReceiverIn = ReceiverIn()
    remark: Text = ""
    promised_ship_by: Instant | None = None
    promised_at: Instant | None = None


class PaymentIn(Body):
    """``POST /orders/<order_no>/payments``."""

    tender: Annotated[str, one_of(TENDERS)]
    reference: Code
    amount: Annotated[int, Field(ge=1, le=AMOUNT_LIMIT)]
    captured_at: Instant
    valid_until: Instant | None = None
    kind: Code | None = None


class UnitsIn(Body):
    """Units of an order line."""

    line_no: Quantity
    quantity: Quantity


class ShipmentIn(Body):
    """``POST /shipments``; without lines, all that is left of the order was shipped."""

    order_no: OrderNo
    carrier: Name
    tracking_no: Code
    shipped_at: Instant
    promised_at: Instant | None = None
    lines: Annotated[list[UnitsIn], Field(min_length=1, max_length=200)] | None = None


class TrackingEventIn(Body):
    """``POST /shipments/<shipment_no>/events``."""

    event_id: Name
    event: Annotated[str, one_of(tuple(str(event) for event in TRACKING_EVENTS))]
    at: Instant
    place: Word = ""
    note: Text = ""


class ParcelEventIn(TrackingEventIn):
    """An event of a parcel, named as its carrier names it."""

    carrier: Name
    tracking_no: Code


class TrackingBatchIn(Body):
    """``POST /api/webhooks/tracking/<key>``."""

    events: Annotated[list[ParcelEventIn], Field(min_length=1, max_length=500)]


class CaseIn(Body):
    """``POST /cases``: a buyer's request, passed on; or the shop's own."""

    order_no: OrderNo
    lines: Annotated[list[UnitsIn], Field(min_length=1, max_length=200)]
    reason: Code
    text: Text = ""
    photo_count: Annotated[int, Field(ge=0, le=100)] = 0
    initiator: Literal["buyer", "seller"] = "buyer"


class FoundIn(Body):
    """How the units of an order line came back; the counts add up to the units that are outstanding."""

    line_no: Quantity
    good: Count = 0
    damaged: Count = 0
    wrong_item: Count = 0
    missing: Count = 0


class InspectionIn(Body):
    """``POST /cases/<case_no>/inspection``: what the shop found in a returned parcel."""

    lines: Annotated[list[FoundIn], Field(min_length=1, max_length=200)]
    refusal_code: Word = ""
    explanation: Text = ""


class OfferIn(Body):
    """What a shop offers in place of a cancellation; an amount is in minor units."""

    kind: Annotated[str, one_of(tuple(str(kind) for kind in OfferKind))]
    text: Text
    amount: Annotated[int, Field(ge=1, le=AMOUNT_LIMIT)] | None = None


class DecisionIn(Body):
    """``POST /cases/<case_no>/decision``."""

    decision: Literal["agree", "refuse", "offer"]
    refusal_code: Word = ""
    explanation: Text = ""
    offer: OfferIn | None = None


class MessageIn(Body):
    """``POST /cases/<case_no>/messages``."""

    text: Annotated[str, Field(min_length=1, max_length=TEXT_MAXIMUM), Readable]


class ReadIn(Body):
    """``POST /cases/<case_no>/messages/read``: the number of the last message that the shop has read."""

    number: Quantity


FileName = Annotated[str, Field(pattern=r"^(forms/)?[A-Za-z0-9][A-Za-z0-9._-]{0,99}\.(bpmn|dmn|form)$")]


class BundleIn(Body):
    """``POST /definitions/lint``: files by name, beside those in force or as a whole bundle."""

    files: Annotated[dict[FileName, str], Field(min_length=1, max_length=200)]
    keep: bool = True


class DeploymentIn(BundleIn):
    """``POST /definitions/deploy``: the same, and why."""

    note: Annotated[str, Field(min_length=1, max_length=500), Readable]
