"""Why a refund is what it is: each stored step of the calculation as a sentence with its numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l

from webapp.formatting import instant, money
from webapp.i18n import in_chinese
from webapp.wording import word

SENTENCES: dict[str, LazyString] = {
    "line_units": _l(
        "%(title)s: %(cancel)s of %(quantity)s units. %(paid)s was paid for all of them; "
        "(%(done)s + %(cancel)s) ÷ %(quantity)s of that, rounded down, less %(refunded)s paid back before"
    ),
    "freight_refunded": _l("Freight of %(freight)s, less %(refunded)s paid back before: %(because)s"),
    "freight_kept": _l("Freight of %(freight)s is not paid back: %(because)s"),
    "freight_borne_by_buyer": _l(
        "Carriage back of %(freight)s, which the buyer bears under the rules; "
        "no more than the refund of %(refund)s"
    ),
    "freight_share_borne": _l(
        "Carriage back of %(units)s of the order's %(ordered)s units, which the buyer bears under the rules: "
        "%(freight)s × %(units)s ÷ %(ordered)s, rounded down; no more than the refund of %(refund)s"
    ),
    "agreed": _l("Buyer and shop have agreed on %(limit)s in place of %(refund)s"),
    "capped": _l("No more than what is left of what was paid: %(limit)s in place of %(refund)s"),
    "total": _l(
        "Altogether: goods %(goods)s + freight %(freight)s − carriage borne %(borne)s − withheld %(withheld)s"
    ),
    "voucher_same": _l("%(tender)s %(code)s comes back as it was, valid %(valid_until)s"),
    "voucher_reissue": _l("For %(tender)s %(code)s a new one is issued, valid %(valid_until)s"),
    "voucher_forfeit": _l("%(tender)s %(code)s does not come back under the rules"),
    "given_back": _l("Given back: %(amount)s less %(forfeited)s that does not come back"),
    "tender_share": _l(
        "of it by %(tender)s, in proportion to what is left of it: "
        "%(amount)s × %(refundable)s ÷ %(total_refundable)s"
    ),
    "tender_in_order": _l(
        "of it by %(tender)s, in the order that is set: %(amount)s × %(refundable)s ÷ %(total_refundable)s"
    ),
}

BECAUSE: dict[str, LazyString] = {
    "seller_at_fault": _l("the seller is at fault, so all of it is paid back"),
    "nothing_shipped": _l("nothing was shipped and nothing is left of the order, so all of it is paid back"),
    "others_remain": _l("other goods of the order are still to be delivered"),
    "shipped": _l("the goods had been shipped"),
}

AMOUNTS = frozenset(
    {
        "paid",
        "refunded",
        "freight",
        "refund",
        "goods",
        "borne",
        "withheld",
        "amount",
        "refundable",
        "total_refundable",
        "limit",
        "forfeited",
    }
)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of the explanation; ``sums`` if it adds up the lines before it."""

    text: str
    amount: str
    sums: bool


def lines_of(steps: Iterable[Mapping[str, Any]], currency: str) -> list[Line]:
    """Word the steps of a calculation; a step that has no wording here shows its formula."""
    return [
        Line(
            text=_text(step, currency),
            amount=money(int(step.get("amount", 0)), currency),
            sums=step.get("code") in {"total", "given_back"},
        )
        for step in steps
    ]


def _text(step: Mapping[str, Any], currency: str) -> str:
    sentence = SENTENCES.get(str(step.get("code")))
    if sentence is None:
        return str(step.get("formula", ""))
    # Steps that were stored before anything could be withheld don't name it.
    words = {"withheld": money(0, currency)}
    for name, value in step.get("params", {}).items():
        words[name] = money(int(value), currency) if name in AMOUNTS else str(value)
    words["valid_until"] = _until(words.get("valid_until", ""))
    words["because"] = str(BECAUSE.get(words.get("because", ""), ""))
    words["tender"] = str(word(words.get("tender"), "tender"))
    text = str(sentence) % words
    note = words.get("note")
    # The decision table's own words are Chinese.
    return f"{text}（{note}）" if note and in_chinese() else text


def _until(moment: str) -> str:
    return str(gettext("until %(date)s", date=instant(moment)) if moment else gettext("without a limit"))
