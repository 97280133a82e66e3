"""Words for cancellations: their states and outcomes, reasons, evidence, and who decided on what basis."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

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

EVIDENCE_KINDS = {
    "photo": _l("Photo"),
    "video": _l("Video"),
    "document": _l("Document"),
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

DECIDED_HOW = {
    "seller": _l("decided by the seller"),
    "timeout": _l("the time limit passed"),
    "automatic": _l("by rule, without asking the seller"),
    "ruling": _l("by the platform's ruling"),
    "offer": _l("by agreement"),
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
    "no_scan_for_too_long": _l("The carrier has been silent about the parcel for too long."),
    "ship_by_passed": _l("The shop didn't ship by the promised date."),
    "listing_changed": _l("The listing isn't what it was when it was ordered."),
    "offered_by_the_watch": _l("The shipment watch had offered it."),
}
