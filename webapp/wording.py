"""Names of enumerations, in the reader's language: the one place where codes become words.

Each table maps a stable code to its wording; :func:`word` looks one up and falls back to the
code itself, so that a code that is newer than this file is still shown.
"""

from __future__ import annotations

from flask_babel import LazyString, get_locale
from flask_babel import lazy_gettext as _l

ORDER_STATES = {
    "unpaid": _l("Awaiting payment"),
    "paid": _l("Paid"),
    "picking": _l("Being packed"),
    "partly_shipped": _l("Partly shipped"),
    "shipped": _l("On its way"),
    "delivered": _l("Delivered"),
    "completed": _l("Completed"),
    "cancelled": _l("Cancelled"),
}

CASE_STATUSES = {
    "open": _l("Being checked"),
    "awaiting_seller": _l("Waiting for the seller"),
    "offered": _l("Waiting for the buyer's answer to an offer"),
    "exchanging": _l("Exchange to be sent"),
    "refused": _l("Refused by the seller"),
    "awaiting_return": _l("Waiting for the goods to be sent back"),
    "return_in_transit": _l("Goods on their way back"),
    "in_dispute": _l("Platform is looking into it"),
    "intercepting": _l("Stopping the parcel"),
    "refunding": _l("Refund under way"),
    "refunded": _l("Refunded"),
    "closed": _l("Closed"),
    "withdrawn": _l("Withdrawn"),
}

OUTCOMES = {
    "refunded": _l("Cancelled and refunded"),
    "closed_unpaid": _l("Cancelled before payment; nothing to refund"),
    "ineligible": _l("Not possible under the rules"),
    "refusal_accepted": _l("The refusal was accepted"),
    "refusal_stood": _l("Refusal stood: nobody escalated in time"),
    "ruled_for_seller": _l("Platform ruled for the seller"),
    "withdrawn": _l("Withdrawn by the buyer"),
    "return_lapsed": _l("Closed: goods weren't sent back in time"),
    "return_rejected": _l("Closed: returned goods were not accepted"),
    "delivered_anyway": _l("Closed: the parcel was delivered"),
    "settled": _l("Settled: a part was paid back, the goods are kept"),
    "exchanged": _l("Settled by an exchange"),
}

FLOWS = {
    "buyer": _l("Change of mind"),
    "logistics": _l("Delivery problem"),
    "product": _l("Product problem"),
}

FLOW_HINTS = {
    "buyer": _l("You no longer need it, ordered by mistake, or it is out of stock."),
    "logistics": _l("Late, lost or damaged on the way, or never shipped."),
    "product": _l("Not as described, faulty, or the wrong colour, style or size."),
}

REASONS = {
    "B_MIND": _l("No longer wanted"),
    "B_WRONG": _l("Ordered by mistake, or too many"),
    "B_PRICE": _l("The price has changed"),
    "B_OOS": _l("Out of stock"),
    "L_DELAY": _l("Delivery is late"),
    "L_LOST": _l("Parcel lost"),
    "L_DAMAGE": _l("Damaged on the way"),
    "L_NOSHIP": _l("Seller can't ship in time"),
    "L_INFO": _l("Wrong product information"),
    "Q_DESC": _l("Not as described"),
    "Q_DEFECT": _l("Faulty or of poor quality"),
    "Q_VARIANT": _l("Another colour, style or size than ordered"),
    "Q_EXPECT": _l("Not what I expected"),
    "OTHER": _l("Something else"),
}

EVIDENCE = {
    "none": _l("No evidence needed."),
    "seller_confirms": _l("The seller will be asked to confirm it."),
    "system": _l("We check it against the promised dates and the tracking; you needn't prove it."),
    "photo": _l("Add a photo, and describe what it shows."),
    "two_photos": _l("Add two photos or more, of the damage and of the packaging."),
    "photo_and_text": _l("Add a photo or a video, and describe the fault."),
    "text": _l("Explain in 10 characters or more."),
    "listing": _l("We compare with the listing as it was when you ordered."),
}

REFUSAL_CODES = {
    "ALREADY_SHIPPED": _l("Already shipped"),
    "CUSTOM_MADE": _l("Made to order"),
    "EVIDENCE_INSUFFICIENT": _l("Evidence is insufficient"),
    "NOT_AS_CLAIMED": _l("Not as claimed"),
    "RETURN_WRONG_ITEM": _l("Another item was returned"),
    "RESALE_IMPAIRED": _l("Can't be sold again"),
    "OUT_OF_WINDOW": _l("Outside the time allowed"),
}

PARTIES = {
    "nobody": _l("nobody"),
    "buyer": _l("the buyer"),
    "seller": _l("the seller"),
    "carrier": _l("the carrier"),
    "platform": _l("the platform"),
    "system": _l("the system"),
}

REFUND_STATUSES = {
    "prepared": _l("Prepared"),
    "pending": _l("With the payment provider"),
    "succeeded": _l("Paid back"),
    "failed": _l("Failed; we are looking into it"),
}

TENDERS = {
    "wechat": _l("WeChat Pay"),
    "alipay": _l("Alipay"),
    "unionpay": _l("UnionPay"),
    "balance": _l("Account balance"),
    "coupon": _l("Coupon"),
    "points": _l("Points"),
}

SHIPMENT_STATES = {
    "created": _l("Handed over by the seller"),
    "sent_back": _l("Handed over by the buyer"),
    "picked_up": _l("Picked up"),
    "in_transit": _l("In transit"),
    "out_for_delivery": _l("Out for delivery"),
    "damaged": _l("Damaged"),
    "lost": _l("Lost"),
    "returned": _l("Returned to sender"),
    "delivered": _l("Delivered"),
}

CARRIER_EVENTS = {
    **{code: words for code, words in SHIPMENT_STATES.items() if code not in {"created", "sent_back"}},
    "intercept_accepted": _l("Carrier: it will be stopped and returned"),
    "intercept_refused": _l("Carrier: it can't be stopped"),
    "intercept_too_late": _l("Carrier: too late to stop it"),
}

TRACKING_RESULTS = {
    "recorded": _l("New"),
    "known": _l("Known already"),
    "kept": _l("Waits for its parcel"),
    "refused": _l("Refused"),
}

INTERCEPTION_ANSWERS = {
    "accepted": _l("Stopped; it comes back"),
    "refused": _l("The carrier refused"),
    "too_late": _l("Too late to stop it"),
    "unanswered": _l("Nobody answered in time"),
}

CATEGORIES = {
    "apparel": _l("Clothing"),
    "digital": _l("Electronics"),
    "home": _l("Home"),
    "food": _l("Food"),
    "baby": _l("Baby"),
    "books": _l("Books"),
    "beauty": _l("Beauty"),
    "sports": _l("Sports"),
    "other": _l("Other goods"),
}

ROLES = {
    "buyer": _l("Buyer"),
    "seller": _l("Seller"),
    "agent": _l("Platform agent"),
    "senior": _l("Senior agent"),
    "operator": _l("Operator"),
    "analyst": _l("Analyst"),
}

DECIDED_HOW = {
    "seller": _l("decided by the seller"),
    "timeout": _l("the time limit passed"),
    "automatic": _l("by rule, without asking the seller"),
    "ruling": _l("by the platform's ruling"),
    "offer": _l("by agreement"),
}

STARS = {
    "5": _l("very good"),
    "4": _l("good"),
    "3": _l("fair"),
    "2": _l("bad"),
    "1": _l("very bad"),
}

OFFER_KINDS = {
    "amount": _l("Pay a part back, keep the goods"),
    "return_first": _l("A return first, then the whole refund"),
    "exchange": _l("An exchange"),
}

OFFER_ANSWERS = {
    "accepted": _l("Accepted"),
    "declined": _l("Declined"),
    "lapsed": _l("Not answered in time"),
}

BASES = {
    "unpaid": _l("Nothing was paid yet."),
    "seller_asked": _l("The seller asked for it."),
    "just_paid": _l("It was asked for shortly after the payment, before anything was packed."),
    "small_amount": _l("A small amount, and the buyer is in good standing."),
    "promised_delivery_passed": _l("The promised delivery date has passed."),
    "delivered_after_promise": _l("It was delivered after the promised date."),
    "carrier_reported_lost": _l("The carrier has reported the parcel as lost."),
    "carrier_reported_damaged": _l("The carrier has reported the parcel as damaged."),
    "ship_by_passed": _l("The shop didn't ship by the promised date."),
    "listing_changed": _l("The listing isn't what it was when it was ordered."),
    "offered_by_the_watch": _l("The shipment watch had offered it."),
}

EVIDENCE_KINDS = {
    "photo": _l("Photo"),
    "video": _l("Video"),
    "document": _l("Document"),
}

DISPUTE_STAGES = {
    "first": _l("First rulings"),
    "senior": _l("Taken over by seniors"),
    "appeal": _l("Appeals"),
    "appeal_late": _l("Appeals out of time"),
    "overdue": _l("Past the deadline"),
}

RULINGS = {
    "buyer": _l("For the buyer"),
    "partial": _l("For the buyer in part"),
    "seller": _l("For the seller"),
}

STOCK_PLACES = {
    "quarantine": _l("In quarantine"),
    "inspect": _l("To be inspected"),
}

SETTLEMENTS = {
    "release": _l("Put on the shelf"),
    "write_off": _l("Write off"),
    "quarantine": _l("Put into quarantine"),
}

ACCOUNT_KINDS = {
    "shop": _l("Shops"),
    "carrier": _l("Carriers"),
    "advance": _l("Laid out for shops"),
    "bank": _l("Held by banks"),
    "carriage": _l("Carriage paid by buyers"),
    "platform": _l("The platform"),
}

CHARGEBACK_STATUSES = {
    "open": _l("The bank decides"),
    "lost": _l("The buyer has the money"),
    "cleared": _l("Nothing was taken"),
}

VOUCHER_MOVEMENTS = {
    "known": _l("Used for the first time"),
    "spent": _l("Spent"),
    "returned": _l("Came back"),
    "forfeited": _l("Does not come back"),
    "credited": _l("Credit for carriage back"),
}

WORDS: dict[str, dict[str, LazyString]] = {
    "basis": BASES,
    "order_state": ORDER_STATES,
    "case_status": CASE_STATUSES,
    "outcome": OUTCOMES,
    "flow": FLOWS,
    "flow_hint": FLOW_HINTS,
    "reason": REASONS,
    "evidence": EVIDENCE,
    "evidence_kind": EVIDENCE_KINDS,
    "refusal_code": REFUSAL_CODES,
    "party": PARTIES,
    "refund_status": REFUND_STATUSES,
    "tender": TENDERS,
    "shipment_state": SHIPMENT_STATES,
    "carrier_event": CARRIER_EVENTS,
    "interception_answer": INTERCEPTION_ANSWERS,
    "tracking_result": TRACKING_RESULTS,
    "category": CATEGORIES,
    "role": ROLES,
    "decided_how": DECIDED_HOW,
    "stars": STARS,
    "dispute_stage": DISPUTE_STAGES,
    "ruling": RULINGS,
    "voucher_movement": VOUCHER_MOVEMENTS,
    "account_kind": ACCOUNT_KINDS,
    "chargeback_status": CHARGEBACK_STATUSES,
    "offer_kind": OFFER_KINDS,
    "offer_answer": OFFER_ANSWERS,
    "stock_place": STOCK_PLACES,
    "settlement": SETTLEMENTS,
}

# How a status looks; every chip also carries its words, so colour is never alone.
TONES = {
    "unpaid": "warn",
    "paid": "info",
    "picking": "info",
    "partly_shipped": "info",
    "shipped": "info",
    "delivered": "good",
    "completed": "good",
    "cancelled": "mute",
    "open": "info",
    "awaiting_seller": "warn",
    "offered": "warn",
    "exchanging": "info",
    "refused": "bad",
    "awaiting_return": "warn",
    "return_in_transit": "info",
    "in_dispute": "bad",
    "intercepting": "info",
    "refunding": "info",
    "refunded": "good",
    "closed": "mute",
    "withdrawn": "mute",
    "cleared": "good",
    "prepared": "info",
    "pending": "info",
    "succeeded": "good",
    "failed": "bad",
    "created": "info",
    "sent_back": "info",
    "picked_up": "info",
    "in_transit": "info",
    "out_for_delivery": "info",
    "damaged": "bad",
    "lost": "bad",
    "returned": "warn",
    "recorded": "good",
    "kept": "warn",
}


def word(code: str | None, table: str) -> LazyString | str:
    """The reader's word for a code of a table of :data:`WORDS`."""
    if not code:
        return "—"
    return WORDS[table].get(code, code)


def tone(code: str | None) -> str:
    """How a status chip is coloured."""
    return TONES.get(code or "", "mute")


# Why the tables of time limits refuse. In Chinese the table's own words are shown, so that an
# analyst's change shows at once.
INELIGIBLE: dict[str, LazyString] = {
    "ALREADY_SHIPPED": _l("The goods have been shipped; ask for another reason."),
    "ALREADY_DELIVERED": _l("The goods have been delivered; ask for another reason."),
    "BUYER_ONLY": _l("Only the buyer can give this reason."),
    "NOT_PAID": _l("The order isn't paid."),
    "NOT_SHIPPED": _l("The goods haven't been shipped yet."),
    "NOT_DELIVERED": _l("The goods haven't been delivered yet."),
    "NOT_RETURNABLE": _l("Goods of this kind can't be returned for this reason."),
    "OUT_OF_WINDOW": _l("The time in which this can be asked for has passed."),
    "ORDER_CANCELLED": _l("The order is cancelled already."),
    "ALREADY_IN_CASE": _l("A cancellation of these goods is under way."),
    "NOTHING_LEFT": _l("Nothing is left of the order that could be cancelled."),
    "NO_REASON": _l("No reason applies to an order in this state."),
}


def ineligible(code: str, text: str) -> str:
    """Why something can't be cancelled: in the table's words, else in ours."""
    locale = get_locale()
    wording = INELIGIBLE.get(code)
    if text and (wording is None or (locale is not None and locale.language == "zh")):
        return text
    return str(wording or INELIGIBLE["NO_REASON"])
