"""What each decision table answers: for every rule at least one question that it decides.

A row is a rule's id, the variables where they differ from those of a usual case, and some of
the answer.
"""

from __future__ import annotations

from engine.values import Variables

Row = tuple[str, Variables, Variables]

_EXPECT = {"flow": "product", "reason": "Q_EXPECT"}
_LOGISTICS = {"flow": "logistics"}

LIMITS: tuple[Row, ...] = (
    ("rule_order_cancelled", {"order_state": "cancelled"}, {"ineligible_code": "ORDER_CANCELLED"}),
    (
        "rule_buyer_shipped",
        {"order_state": "shipped"},
        {"eligible": False, "ineligible_code": "ALREADY_SHIPPED"},
    ),
    (
        "rule_seller_product",
        {**_EXPECT, "initiator": "seller", "order_state": "delivered"},
        {"ineligible_code": "BUYER_ONLY"},
    ),
    (
        "rule_logistics_unpaid",
        {**_LOGISTICS, "reason": "L_INFO", "order_state": "unpaid"},
        {"ineligible_code": "NOT_PAID"},
    ),
    (
        "rule_noship_shipped",
        {**_LOGISTICS, "reason": "L_NOSHIP", "order_state": "shipped"},
        {"ineligible_code": "ALREADY_SHIPPED"},
    ),
    (
        "rule_parcel_not_shipped",
        {**_LOGISTICS, "reason": "L_DAMAGE", "order_state": "picking"},
        {"ineligible_code": "NOT_SHIPPED"},
    ),
    (
        "rule_lost_delivered",
        {**_LOGISTICS, "reason": "L_LOST", "order_state": "delivered"},
        {"ineligible_code": "ALREADY_DELIVERED"},
    ),
    (
        "rule_logistics_completed",
        {**_LOGISTICS, "reason": "L_DELAY", "order_state": "completed"},
        {"ineligible_code": "OUT_OF_WINDOW"},
    ),
    (
        "rule_product_not_delivered",
        {**_EXPECT, "order_state": "shipped"},
        {"ineligible_code": "NOT_DELIVERED"},
    ),
    (
        "rule_expect_perishable",
        {**_EXPECT, "order_state": "delivered", "category": "food"},
        {"ineligible_code": "NOT_RETURNABLE"},
    ),
    ("rule_expect_completed", {**_EXPECT, "order_state": "completed"}, {"ineligible_code": "OUT_OF_WINDOW"}),
    ("rule_expect", {**_EXPECT, "order_state": "delivered"}, {"eligible": True, "send_back": "P7D"}),
    (
        "rule_defect",
        {"flow": "product", "reason": "Q_DEFECT", "order_state": "completed"},
        {"eligible": True, "confirm_return": "P10D"},
    ),
    (
        "rule_logistics",
        {**_LOGISTICS, "reason": "L_DELAY", "order_state": "shipped"},
        {"eligible": True, "evidence_window": "PT48H", "ruling_window": "PT72H"},
    ),
    (
        "rule_buyer",
        {"order_state": "partly_shipped"},
        {
            "eligible": True,
            "ineligible_code": "",
            "first_reminder": "PT24H",
            "second_reminder": "PT42H",
            "seller_decides": "PT48H",
            "buyer_escalates": "P7D",
            "reopen_return": "P7D",
            "return_transit": "P30D",
            "interception_window": "P7D",
            "buyer_answers_offer": "PT48H",
            "offers_maximum": 2,
            "seller_decides_again": "PT12H",
            "exchange_ship": "PT72H",
        },
    ),
    ("rule_no_such_flow", {"flow": "other"}, {"eligible": False, "ineligible_code": "NO_REASON"}),
)

_CLAIM = {"flow": "logistics", "reason": "L_DELAY", "order_state": "shipped"}

AUTOMATIC: tuple[Row, ...] = (
    ("rule_unpaid", {"order_state": "unpaid", "minutes_since_payment": -1}, {"automatic": "close_unpaid"}),
    ("rule_seller_asked", {"initiator": "seller", "reason": "B_OOS"}, {"automatic": "agree"}),
    ("rule_out_of_stock", {"reason": "B_OOS", "minutes_since_payment": 1}, {"automatic": "ask"}),
    ("rule_just_paid", {"minutes_since_payment": 0}, {"automatic": "agree", "automatic_basis": "just_paid"}),
    ("rule_just_paid", {"minutes_since_payment": 30}, {"automatic": "agree"}),
    *(
        (
            f"rule_small_{currency.lower()}",
            {"buyer_standing": "good", "currency": currency, "amount": most},
            {"automatic": "agree", "automatic_basis": "small_amount"},
        )
        for currency, most in (("CNY", 3_000), ("HKD", 3_300), ("USD", 400), ("EUR", 400), ("JPY", 600))
    ),
    ("rule_ask", {"buyer_standing": "good", "amount": 3_001}, {"automatic": "ask"}),
    ("rule_ask", {"buyer_standing": "good", "amount": 100, "currency": "GBP"}, {"automatic": "ask"}),
    ("rule_ask", {"buyer_standing": "frequent", "amount": 100}, {"automatic": "ask"}),
    ("rule_ask", {"buyer_standing": "good", "amount": 100, "flow": "product"}, {"automatic": "ask"}),
    ("rule_ask", {"minutes_since_payment": 31}, {"automatic": "ask"}),
    ("rule_ask", {"minutes_since_payment": 5, "order_state": "picking"}, {"automatic": "ask"}),
    (
        "rule_claim_verified",
        {**_CLAIM, "claim": {"verified": True, "basis": "promised_delivery_passed"}},
        {"automatic": "agree", "automatic_basis": "promised_delivery_passed"},
    ),
    (
        "rule_ask",
        {**_CLAIM, "claim": {"verified": False, "basis": "not_evident"}},
        {"automatic": "ask", "automatic_basis": "seller_decides"},
    ),
)

LIABILITY: tuple[Row, ...] = (
    ("rule_out_of_stock", {"reason": "B_OOS"}, {"fault": "seller", "refund_freight": True}),
    ("rule_change_unshipped", {"reason": "B_PRICE"}, {"fault": "nobody", "return_required": False}),
    ("rule_change_shipped", {"order_state": "shipped"}, {"fault": "buyer", "freight_payer": "buyer"}),
    (
        "rule_lost",
        {"reason": "L_LOST", "order_state": "shipped"},
        {"fault": "carrier", "return_required": False, "intercept_first": False, "refund_freight": True},
    ),
    ("rule_noship", {"reason": "L_NOSHIP"}, {"fault": "seller", "return_required": False}),
    ("rule_logistics_unshipped", {"reason": "L_INFO"}, {"fault": "seller", "return_required": False}),
    (
        "rule_logistics_on_its_way",
        {"reason": "L_DELAY", "order_state": "shipped"},
        {"fault": "seller", "intercept_first": True, "return_required": True},
    ),
    (
        "rule_logistics_delivered",
        {"reason": "L_DAMAGE", "order_state": "delivered"},
        {"freight_payer": "seller", "intercept_first": False, "law": "《消费者权益保护法》第二十四条"},
    ),
    (
        "rule_defect",
        {"reason": "Q_VARIANT", "order_state": "delivered"},
        {"fault": "seller", "return_required": True, "law": "《消费者权益保护法》第二十四条"},
    ),
    (
        "rule_expect",
        {"reason": "Q_EXPECT", "order_state": "delivered"},
        {"freight_payer": "buyer", "refund_freight": False, "law": "《消费者权益保护法》第二十五条"},
    ),
    ("rule_other_seller", {"reason": "OTHER", "initiator": "seller"}, {"fault": "seller"}),
    ("rule_other_unshipped", {"reason": "OTHER"}, {"fault": "nobody", "return_required": False}),
    ("rule_other_on_its_way", {"reason": "OTHER", "order_state": "shipped"}, {"intercept_first": True}),
    ("rule_other_delivered", {"reason": "OTHER", "order_state": "delivered"}, {"return_required": True}),
)

STOCK: tuple[Row, ...] = (
    ("rule_unpaid", {"order_state": "unpaid"}, {"treatment": "release", "bad_treatment": "release"}),
    ("rule_out_of_stock", {"reason": "B_OOS", "initiator": "seller"}, {"treatment": "listing_zero"}),
    (
        "rule_change",
        {"reason": "B_WRONG"},
        {"treatment": "back", "good_treatment": "back", "bad_treatment": "quarantine"},
    ),
    ("rule_late", {"reason": "L_INFO"}, {"treatment": "back"}),
    ("rule_lost", {"reason": "L_LOST"}, {"treatment": "none"}),
    ("rule_broken", {"reason": "L_DAMAGE"}, {"treatment": "quarantine"}),
    ("rule_broken", {"reason": "Q_DEFECT"}, {"treatment": "quarantine", "good_treatment": "quarantine"}),
    ("rule_noship", {"reason": "L_NOSHIP"}, {"treatment": "release"}),
    (
        "rule_inspect",
        {"reason": "Q_EXPECT"},
        {"treatment": "inspect", "good_treatment": "back", "bad_treatment": "quarantine"},
    ),
    ("rule_inspect", {"reason": "OTHER"}, {"treatment": "inspect"}),
)

POLLS: tuple[Row, ...] = tuple(
    (f"rule_poll_{min(poll, 5)}", {"poll": poll}, {"poll_delay": delay, "last_poll": poll >= 5})
    for poll, delay in ((1, "PT1M"), (2, "PT5M"), (3, "PT30M"), (4, "PT2H"), (5, "PT24H"), (6, "PT24H"))
)

_PARCEL = {"carrier": "顺丰速运", "route": "usual"}

PARCELS: tuple[Row, ...] = (
    (
        "rule_remote",
        {**_PARCEL, "route": "remote"},
        {"late_grace": "PT48H", "stalled_after": "P5D", "stalled_reason": "L_DELAY"},
    ),
    (
        "rule_express",
        {**_PARCEL, "carrier": "京东物流"},
        {"late_grace": "PT12H", "stalled_reason": "L_DELAY", "lost_after": "P5D"},
    ),
    (
        "rule_any_shop",
        _PARCEL,
        {
            "late_grace": "PT24H",
            "stalled_after": "P3D",
            "stalled_reason": "L_DELAY",
            "lost_after": "P4D",
            "offer_days": 14,
        },
    ),
)

RETURNS: tuple[Row, ...] = (
    (
        "rule_perishable",
        {"category": "food"},
        {"reopenings": 1, "resends": 0, "carriage_limit": 5000, "rejected_payer": "buyer"},
    ),
    (
        "rule_any_goods",
        {"category": "apparel"},
        {"reopenings": 1, "resends": 1, "carriage_limit": 3000, "rejected_payer": "buyer"},
    ),
)

DISPUTES: tuple[Row, ...] = (
    ("rule_perishable", {"category": "food"}, {"appeal_window": "PT24H", "appeal_ruling_window": "PT24H"}),
    ("rule_large", {"amount": 1_000_000}, {"appeal_window": "P7D"}),
    ("rule_any_dispute", {"amount": 999_999}, {"appeal_window": "P3D", "appeal_ruling_window": "PT72H"}),
)

_COUPON: Variables = {
    "instrument": "coupon",
    "kind": "",
    "fault": "nobody",
    "expired": False,
    "partial": False,
}

VOUCHERS: tuple[Row, ...] = (
    ("rule_points_valid", {**_COUPON, "instrument": "points"}, {"treatment": "same"}),
    (
        "rule_points_expired",
        {**_COUPON, "instrument": "points", "expired": True, "fault": "buyer"},
        {"treatment": "reissue", "valid_days": 30},
    ),
    ("rule_gift_fault", {**_COUPON, "kind": "gift", "fault": "seller"}, {"treatment": "reissue"}),
    ("rule_gift", {**_COUPON, "kind": "gift", "fault": "buyer"}, {"treatment": "forfeit"}),
    (
        "rule_expired_fault",
        {**_COUPON, "expired": True, "fault": "carrier"},
        {"treatment": "reissue", "valid_days": 30},
    ),
    ("rule_expired", {**_COUPON, "expired": True}, {"treatment": "forfeit"}),
    ("rule_partial", {**_COUPON, "partial": True}, {"treatment": "reissue"}),
    ("rule_whole", _COUPON, {"treatment": "same"}),
)

_FEE: Variables = {"provider": "stripe", "standing": "lost", "fault": "seller", "refunded_before": False}

FEES: tuple[Row, ...] = (
    ("rule_won", {**_FEE, "standing": "cleared", "fault": "carrier"}, {"bearer": "platform"}),
    ("rule_refunded_before", {**_FEE, "refunded_before": True}, {"bearer": "platform"}),
    ("rule_platform_fault", {**_FEE, "fault": "platform"}, {"bearer": "platform"}),
    ("rule_carrier_fault", {**_FEE, "fault": "carrier"}, {"bearer": "carrier"}),
    ("rule_any_fee", {**_FEE, "standing": "open", "fault": "nobody"}, {"bearer": "seller"}),
)

CASE_PARCELS: tuple[Row, ...] = (
    (
        "rule_return_parcel",
        {"direction": "return", "carrier": "顺丰速运"},
        {"remind_days": 2, "remind_again_days": 5, "missing_days": 10, "stalled_days": 4, "lost_days": 10},
    ),
    # Before the ten days in which the buyer has to say that he has them are over.
    ("rule_refused_parcel", {"direction": "refused", "carrier": "顺丰速运"}, {"missing_days": 7}),
    (
        "rule_any_parcel",
        {"direction": "exchange", "carrier": "顺丰速运"},
        {"remind_days": 1, "lost_days": 7, "wait_days": 3},
    ),
)

TABLES: dict[str, tuple[Row, ...]] = {
    "cancellation_limits": LIMITS,
    "automatic_decision": AUTOMATIC,
    "liability_and_freight": LIABILITY,
    "stock_disposition": STOCK,
    "refund_schedule": POLLS,
    "shipment_rules": PARCELS,
    "voucher_return": VOUCHERS,
    "return_rules": RETURNS,
    "case_parcel_rules": CASE_PARCELS,
    "dispute_rules": DISPUTES,
    "chargeback_fees": FEES,
}
