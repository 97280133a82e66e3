"""What a cancellation may be asked and refused for. Pure: the standard library and nothing else.

The time limits and the eligibility by state are not here but in the analysts' decision tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from processes.cases.rules import Flow, Initiator

Evidence = Literal[
    "none", "seller_confirms", "system", "photo", "two_photos", "photo_and_text", "text", "listing"
]


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why an order is to be cancelled.

    Attributes:
        flows: The flows in which it can be picked.
        initiators: Who can pick it.
        evidence: What has to support it.
        photos: How many photos a buyer has to send with it.
        video: Whether a video counts as a photo.
    """

    code: str
    zh: str
    en: str
    flows: tuple[Flow, ...]
    initiators: tuple[Initiator, ...]
    evidence: Evidence
    photos: int = 0
    video: bool = False
    text_length: int = 0

    @property
    def flow(self) -> Flow:
        """The flow that carries it, if nothing else is asked for."""
        return self.flows[0]


_BUYER = (Initiator.BUYER,)
_BOTH = (Initiator.BUYER, Initiator.SELLER)
_WATCHED = (Initiator.BUYER, Initiator.SYSTEM)
_ANYONE = (Initiator.BUYER, Initiator.SELLER, Initiator.SYSTEM)
_B, _L, _Q = (Flow.BUYER,), (Flow.LOGISTICS,), (Flow.PRODUCT,)

REASONS: dict[str, Reason] = {
    r.code: r
    for r in (
        Reason(
            code="B_MIND", zh="不想要了", en="No longer wanted", flows=_B, initiators=_BUYER, evidence="none"
        ),
        Reason(
            code="B_WRONG",
            zh="拍错 / 多拍",
            en="Ordered by mistake",
            flows=_B,
            initiators=_BUYER,
            evidence="none",
        ),
        Reason(
            code="B_PRICE",
            zh="价格变动",
            en="Price has changed",
            flows=_B,
            initiators=_BUYER,
            evidence="none",
        ),
        Reason(
            code="B_OOS",
            zh="商品缺货",
            en="Out of stock",
            flows=_B,
            initiators=_BOTH,
            evidence="seller_confirms",
        ),
        Reason(
            code="L_DELAY",
            zh="物流延误",
            en="Delivery is late",
            flows=_L,
            initiators=_WATCHED,
            evidence="system",
        ),
        Reason(
            code="L_LOST", zh="包裹丢失", en="Parcel lost", flows=_L, initiators=_WATCHED, evidence="system"
        ),
        Reason(
            code="L_DAMAGE",
            zh="运输损坏",
            en="Damaged on the way",
            flows=_L,
            initiators=_WATCHED,
            evidence="two_photos",
            photos=2,
        ),
        Reason(
            code="L_NOSHIP",
            zh="卖家无法按时发货",
            en="Seller can't ship in time",
            flows=_L,
            initiators=_ANYONE,
            evidence="system",
        ),
        Reason(
            code="L_INFO",
            zh="商品信息错误",
            en="Wrong product information",
            flows=_L,
            initiators=_BUYER,
            evidence="listing",
        ),
        Reason(
            code="Q_DESC",
            zh="商品信息不符",
            en="Not as described",
            flows=_Q,
            initiators=_BUYER,
            evidence="photo",
            photos=1,
        ),
        Reason(
            code="Q_DEFECT",
            zh="商品质量不合格",
            en="Not of acceptable quality",
            flows=_Q,
            initiators=_BUYER,
            evidence="photo_and_text",
            photos=1,
            video=True,
            text_length=1,
        ),
        Reason(
            code="Q_VARIANT",
            zh="颜色/款式/尺码与订单不符",
            en="Other colour, style or size than ordered",
            flows=_Q,
            initiators=_BUYER,
            evidence="photo",
            photos=1,
        ),
        Reason(
            code="Q_EXPECT",
            zh="与预期不符",
            en="Not as expected",
            flows=_Q,
            initiators=_BUYER,
            evidence="none",
        ),
        Reason(
            code="OTHER",
            zh="其他",
            en="Other",
            flows=(Flow.BUYER, Flow.LOGISTICS, Flow.PRODUCT),
            initiators=_ANYONE,
            evidence="text",
            text_length=10,
        ),
    )
}


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """Why a seller refuses; ``proof`` if more than words is due for it."""

    code: str
    zh: str
    en: str
    proof: bool = False


REFUSALS: dict[str, Refusal] = {
    r.code: r
    for r in (
        Refusal(code="ALREADY_SHIPPED", zh="商品已发出", en="Already shipped"),
        Refusal(code="CUSTOM_MADE", zh="定制商品", en="Made to order"),
        Refusal(code="EVIDENCE_INSUFFICIENT", zh="凭证不足", en="Evidence is insufficient", proof=True),
        Refusal(code="NOT_AS_CLAIMED", zh="情况与申请不符", en="Not as claimed"),
        Refusal(code="RETURN_WRONG_ITEM", zh="退回商品不符", en="Another item was returned", proof=True),
        Refusal(code="RESALE_IMPAIRED", zh="商品影响二次销售", en="Can't be sold again"),
        Refusal(code="OUT_OF_WINDOW", zh="超出可申请时间", en="Outside the time allowed"),
    )
}


def flow_of(reason: str, order_state: str) -> Flow:
    """Return the flow that carries a reason, by the state of the order for one that fits any.

    Before anything has shipped it is the buyer's; while parcels are on the way it is about
    logistics; once they have arrived it is about the product.

    Raises:
        KeyError: There is no such reason.
    """
    flows = REASONS[reason].flows
    if len(flows) == 1:
        return flows[0]
    if order_state in {"unpaid", "paid", "picking"}:
        return Flow.BUYER
    return Flow.LOGISTICS if order_state in {"partly_shipped", "shipped"} else Flow.PRODUCT
