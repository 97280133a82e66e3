"""What postings are for, and why, in words."""

from __future__ import annotations

from typing import Any

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l

from processes.liability.statements import Row
from webapp.wording import word

COMPONENTS: dict[str, LazyString] = {
    "goods": _l("Goods paid back"),
    "freight_out": _l("Freight of the order paid back"),
    "return_freight": _l("Carriage back"),
    "rejected_carriage": _l("Carriage of a return that was not accepted"),
    "refused_carriage": _l("Carriage of goods that went back to the buyer"),
    "recovery": _l("Recovered from the carrier"),
    "goodwill": _l("Borne by the platform"),
    "advance": _l("Laid out by the platform"),
    "chargeback": _l("Taken back by the buyer's bank"),
    "chargeback_fee": _l("Fee for a charge-back"),
    "carriage_paid": _l("Carriage back, paid by the buyer himself"),
    "carriage_given": _l("Carriage back, given back to the buyer"),
}

CAUSES: dict[str, LazyString] = {
    "settled": _l("taken back, since the refund was worked out anew"),
    "finding": _l("taken back, since it was found otherwise who is at fault"),
    "reopened": _l("taken back, since the money came back"),
    "rejected": _l("taken back, since what was not accepted changed"),
    "sent_again": _l("taken back, since the goods are sent once more"),
    "chargeback": _l("taken back, since the bank has decided"),
}


def what(row: Row) -> str:
    """What a posting is for."""
    return str(COMPONENTS.get(row.posting.component, row.posting.component))


def why(row: Row) -> str:
    """What a posting was derived from: the reason, who is at fault, and whether it is a reversal."""
    facts = row.entry.facts
    if row.entry.chargeback_id is not None:
        text = gettext(
            "charge-back %(reference)s, %(standing)s; at fault: %(fault)s",
            reference=facts.get("reference", ""),
            standing=word(facts.get("status"), "chargeback_status"),
            fault=word(facts.get("fault"), "party"),
        )
    else:
        text = _of_case(facts)
    if row.entry.reverses is not None:
        text = gettext("%(text)s; %(cause)s", text=text, cause=CAUSES.get(row.entry.cause, ""))
    return str(text)


def _of_case(facts: dict[str, Any]) -> str:
    if "refund_no" not in facts:
        rejected: str = gettext(
            "%(reason)s; return not accepted: %(refusal)s; carriage borne by: %(party)s",
            reason=word(facts.get("reason"), "reason"),
            refusal=word(facts.get("refusal"), "refusal_code"),
            party=word(facts.get("rejected_payer"), "party") if facts.get("rejected_payer") else "—",
        )
        return rejected
    text: str = gettext(
        "%(reason)s; at fault: %(fault)s; refund %(refund_no)s",
        reason=word(facts.get("reason"), "reason"),
        fault=word(facts.get("fault"), "party"),
        refund_no=facts.get("refund_no", ""),
    )
    return text
