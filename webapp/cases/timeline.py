"""The timeline of a case in words: each kind of event as one sentence, and what is quoted under it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l

from processes.cases.rules import Initiator
from processes.cases.tables import CaseEvent
from webapp.formatting import money
from webapp.wording import word

# What only repeats another entry, or is of no use to the people of a case.
SILENT = frozenset(
    {
        "held",
        "hold_released",
        "notified",
        "refund_attempted",
        "liability_recorded",
        "restocked",
    }
)

SHOP_ASKED = "seller_asked"
"""The basis of a decision that only lets a shop's own cancellation pass."""

SENTENCES: dict[str, LazyString] = {
    "requested": _l("Cancellation requested: %(reason)s"),
    "requested_by_shop": _l("The shop cancelled: %(reason)s"),
    "hold_failed": _l("Some of the goods had already left the shop"),
    "decision_agree": _l("Cancellation agreed"),
    "decision_refuse": _l("Cancellation refused: %(refusal)s"),
    "decision_refuse_plain": _l("Cancellation refused"),
    "parcel_stopped": _l("Parcel %(carrier)s %(tracking_no)s was stopped on its way"),
    "parcel_not_stopped": _l("Parcel %(carrier)s %(tracking_no)s was not stopped"),
    "stopped_parcel_delivered": _l(
        "Parcel %(carrier)s %(tracking_no)s was delivered although it counted as stopped"
    ),
    "parcel_missing": _l("Parcel %(carrier)s %(tracking_no)s counts as missing; the platform decides"),
    "parcel_ruled_received": _l("The platform decided: parcel %(carrier)s %(tracking_no)s counts as arrived"),
    "parcel_ruled_again": _l(
        "The platform decided: what was in parcel %(carrier)s %(tracking_no)s has to be sent again"
    ),
    "parcel_ruled_wait": _l("The platform waits some more days for parcel %(carrier)s %(tracking_no)s"),
    "lines_cancelled": _l("Goods cancelled"),
    "refund_prepared": _l("Refund of %(amount)s prepared"),
    "refund_failed": _l("The payment provider refused the refund; we are looking into it"),
    "refund_settled": _l("%(amount)s paid back"),
    "refund_reversed": _l("%(amount)s came back from the payment provider; the refund is made again"),
    "refund_by_bank": _l("The bank had given back %(amount)s already"),
    "chargeback_opened": _l("The payment is disputed at the bank: %(amount)s"),
    "chargeback_lost": _l("The bank decided for the buyer and gave back %(amount)s"),
    "chargeback_cleared": _l("The bank decided against the dispute about %(amount)s"),
    "return_opened": _l("Return opened: the goods are to be sent back"),
    "return_reopened": _l("Return opened once more"),
    "return_sent": _l("Goods sent back with %(carrier)s, number %(tracking_no)s"),
    "return_corrected": _l(
        "Carrier and number corrected to %(carrier)s, %(tracking_no)s; before: %(before)s"
    ),
    "return_again": _l("Goods that were not accepted are to be sent once more"),
    "return_partly": _l("%(accepted_units)s returned units accepted, %(refused_units)s not: %(refusal)s"),
    "return_accepted": _l("Returned goods received and accepted"),
    "return_rejected": _l("Returned goods not accepted: %(refusal)s"),
    "carriage_given_back": _l("%(amount)s for the carriage back credited to the buyer's balance"),
    "refused_left": _l("The buyer left the goods that were not accepted to the shop: %(units)s units"),
    "refused_sent": _l("Goods that were not accepted sent back with %(carrier)s, number %(tracking_no)s"),
    "refused_acknowledged": _l("The buyer has the goods that were not accepted again"),
    "refused_unconfirmed": _l("Nobody confirmed the goods that were sent back; they count as received"),
    "statement_buyer": _l("The buyer made a statement"),
    "statement_seller": _l("The seller made a statement"),
    "ruling_partial": _l("The platform ruled for the buyer in part: %(amount)s"),
    "ruling_accepted_buyer": _l("The buyer accepted the ruling"),
    "ruling_accepted_seller": _l("The seller accepted the ruling"),
    "appeal_buyer": _l("The buyer appealed against the ruling"),
    "appeal_seller": _l("The seller appealed against the ruling"),
    "ruling_buyer": _l("The platform ruled for the buyer"),
    "ruling_seller": _l("The platform ruled for the seller"),
    "withdrawal_asked": _l("Request withdrawn"),
    "offer_made_amount": _l("The seller offered to pay %(amount)s back; the buyer would keep the goods"),
    "offer_made_return_first": _l("The seller offered the whole refund after a return"),
    "offer_made_exchange": _l("The seller offered an exchange"),
    "offer_accepted": _l("The buyer accepted the seller's offer"),
    "offer_declined": _l("The buyer declined the seller's offer"),
    "offer_lapsed": _l("The buyer didn't answer the seller's offer in time"),
    "exchange_sent": _l("Exchange sent with %(carrier)s, number %(tracking_no)s"),
    "rating_given": _l("The buyer rated the handling: %(stars)s of 5 stars"),
    "rating_changed": _l("The buyer changed the rating from %(before)s to %(stars)s stars"),
    "rating_answered": _l("The shop answered the rating"),
    "rating_hidden": _l("The platform hid the rating: %(reason_given)s"),
    "refusal_delivered": _l("The refusal was delivered to the buyer"),
    "refusal_read": _l("The buyer read the refusal"),
    "rejection_delivered": _l("Why returned goods were not accepted was delivered to the buyer"),
    "rejection_read": _l("The buyer read why returned goods were not accepted"),
    "rejection_lapsed_read": _l("The buyer read why goods were not accepted and didn't answer in time"),
    "rejection_lapsed_unread": _l(
        "Why goods were not accepted was delivered; the buyer neither read nor answered it in time"
    ),
    "refusal_lapsed_read": _l("The buyer read the refusal and didn't answer it in time"),
    "refusal_lapsed_unread": _l("The refusal was delivered; the buyer neither read nor answered it in time"),
    "closed": _l("Closed: %(outcome)s"),
}

# Changes of status that no other event tells.
STATUS_SENTENCES: dict[str, LazyString] = {
    "awaiting_seller": _l("The seller was asked"),
    "in_dispute": _l("The platform was asked to decide"),
    "intercepting": _l("The carrier was asked to stop the parcel"),
    "refunding": _l("Refund started"),
}

TONES = {
    "decision_agree": "good",
    "decision_refuse": "bad",
    "decision_refuse_plain": "bad",
    "refund_settled": "good",
    "carriage_given_back": "good",
    "refund_failed": "bad",
    "refund_reversed": "bad",
    "chargeback_opened": "bad",
    "parcel_stopped": "good",
    "parcel_not_stopped": "bad",
    "stopped_parcel_delivered": "bad",
    "parcel_missing": "bad",
    "chargeback_lost": "bad",
    "chargeback_cleared": "good",
    "return_partly": "bad",
    "return_rejected": "bad",
    "offer_accepted": "good",
}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of a timeline.

    Attributes:
        tone: ``done``, ``good`` or ``bad``: how it is marked.
        who: The person who did it; empty if it was the system.
        quote: What somebody wrote.
    """

    at: dt.datetime
    text: str
    tone: str
    who: str
    quote: str


def timeline_of(events: Iterable[CaseEvent], *, with_names: bool = True) -> list[Entry]:
    """Word the events of a case, the latest first.

    Args:
        events: In the order in which they happened.
        with_names: Whether the names of the people are shown.
    """
    entries = [entry for event in events if (entry := _entry(event, with_names)) is not None]
    return entries[::-1]


def _entry(event: CaseEvent, with_names: bool) -> Entry | None:
    key, quote = _key(event)
    if event.kind in SILENT or not key or event.params.get("how") == "offer":
        return None
    sentence = STATUS_SENTENCES.get(key) if event.kind == "status_changed" else SENTENCES.get(key)
    if sentence is None:
        return None
    how = event.params.get("how")
    text = str(sentence) % _words(event.params)
    if how in {"timeout", "automatic", "ruling"}:
        text = gettext("%(sentence)s (%(how)s)", sentence=text, how=word(how, "decided_how"))
    personal = event.actor_id != "system" and how not in {"timeout", "automatic"}
    personal = personal and event.kind not in {"status_changed", "lines_cancelled", "closed"}
    return Entry(
        at=event.at,
        text=text,
        tone=TONES.get(key, "done"),
        who=event.actor_name if with_names and personal else "",
        quote=quote,
    )


def _key(event: CaseEvent) -> tuple[str, str]:
    """Which sentence an event is worded by, and what is quoted under it."""
    given = event.params
    match event.kind:
        case "requested" if given.get("initiator") == Initiator.SELLER:
            return "requested_by_shop", ""
        case "decision_recorded" if given.get("basis") == SHOP_ASKED:
            # The entry before says so already, and nobody had to agree.
            return "", ""
        case "decision_recorded":
            key = f"decision_{given.get('decision')}"
            plain = key == "decision_refuse" and not given.get("refusal_code")
            return (f"{key}_plain" if plain else key), str(given.get("explanation") or "")
        case "return_inspected":
            refused = "partly" if given.get("partly") else "rejected"
            verdict = "accepted" if given.get("accepted") else refused
            return f"return_{verdict}", str(given.get("explanation") or "")
        case "offer_made":
            return f"offer_made_{given.get('offer')}", str(given.get("text") or "")
        case "refusal_delivered" | "refusal_read" | "refusal_lapsed":
            what = "rejection" if given.get("refused") == "return" else "refusal"
            end = f"lapsed_{'read' if given.get('read_at') else 'unread'}"
            return f"{what}_{end if event.kind == 'refusal_lapsed' else event.kind.split('_')[1]}", ""
        case "parcel_ruled":
            return f"parcel_ruled_{given.get('verdict')}", str(given.get("explanation") or "")
        case "statement_made":
            return f"statement_{given.get('side')}", ""
        case "ruling_made":
            return f"ruling_{given.get('ruling')}", ""
        case "ruling_accepted":
            return f"ruling_accepted_{given.get('side')}", ""
        case "appeal_made":
            return f"appeal_{given.get('side')}", str(given.get("text") or "")
        case "status_changed":
            return str(given.get("status")), ""
        case kind:
            return kind, ""


def _words(given: dict[str, Any]) -> dict[str, str]:
    words = {name: str(value) for name, value in given.items()}
    words["reason"] = str(word(given.get("reason"), "reason"))
    words["refusal"] = str(word(given.get("refusal_code"), "refusal_code"))
    words["outcome"] = str(word(given.get("outcome"), "outcome"))
    if "amount" in given:
        words["amount"] = money(int(given["amount"]), str(given.get("currency", "CNY")))
    return words
