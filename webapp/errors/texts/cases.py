"""Refusals about a cancellation itself: asking, answering, sending back, and evidence."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

MESSAGES: dict[str, LazyString] = {
    "case.not_found": _l("There is no such cancellation, or it isn't yours."),
    "case.not_eligible": _l("This order can't be cancelled that way: %(text)s"),
    "case.line_already_in_case": _l(
        "Line %(line_no)s of the order is being cancelled already (case %(case_no)s)."
    ),
    "case.units_shipped": _l(
        "Of line %(line_no)s, %(available)s units haven't been shipped yet and %(asked)s were asked for:"
        " ask for those alone, and give a reason about the delivery or the goods for the others."
    ),
    "case.units_not_shipped": _l(
        "Of line %(line_no)s, %(available)s units have been shipped and %(asked)s were asked for:"
        " ask for those alone."
    ),
    "case.quantity_invalid": _l(
        "The number of units of line %(line_no)s doesn't fit; from 1 to %(available)s are possible."
    ),
    "case.lines_missing": _l("Choose at least one unit to cancel."),
    "case.line_unknown": _l("The order has no such line."),
    "case.reason_invalid": _l("Please choose one of the reasons."),
    "case.explanation_missing": _l(
        "This reason needs an explanation of %(minimum)s characters or more; there are %(given)s."
    ),
    "case.text_too_long": _l("The text has %(given)s characters; %(maximum)s are allowed."),
    "case.idempotency_conflict": _l(
        "This request was sent before with other contents; it became case %(case_no)s."
    ),
    "case.ended": _l("The case ended on %(at)s: %(outcome)s."),
    "case.not_withdrawable": _l("It is too late to withdraw: the case now stands at “%(status)s”."),
    "case.not_reopenable": _l("There is no lapsed return that could be opened again."),
    "case.refusal_incomplete": _l("A refusal needs a code and an explanation that the buyer can read."),
    "case.batch_too_large": _l("%(given)s tasks were chosen; %(maximum)s can be decided at once."),
    "return.not_found": _l("There is no such return."),
    "return.tracking_missing": _l("A return needs its carrier and its tracking number."),
    "return.nothing_to_give_back": _l("The shop has no goods of this case that it did not accept."),
    "return.carriage_invalid": _l(
        "Give what you paid for the carriage in %(currency)s, such as 12.00, and at most %(most)s; leave "
        "it empty if you paid nothing."
    ),
    "return.not_correctable": _l(
        "Carrier and number can't be corrected any more: the parcel was scanned, "
        "inspected, or corrected before."
    ),
    "return.not_resendable": _l("Nothing more can be sent back here; ask the platform to rule instead."),
    "return.findings_invalid": _l(
        "The counts of line %(line_no)s come to %(found)s; its %(expected)s units have to be accounted for."
    ),
    "return.findings_missing": _l("Count the units of each line: as they should be, or what is wrong."),
    "return.nothing_refused": _l("All units were counted as they should be: choose that all were received."),
    "return.inspection_not_awaited": _l("The case waits for no inspection of returned goods now."),
    "stock.not_found": _l("There is no such stock, or it isn't your shop's."),
    "stock.settlement_invalid": _l("%(units)s units can't be taken; %(available)s are there."),
    "stock.settlement_unexplained": _l(
        "Say why, in %(maximum)s characters at most: it is kept with the stock's books."
    ),
    "evidence.refused": _l("The evidence can't be taken."),
    "evidence.empty": _l("The file “%(name)s” is empty."),
    "evidence.type_refused": _l(
        "The content of “%(name)s” is no photo (JPEG, PNG, WebP), video (MP4, MOV, WebM) or PDF."
    ),
    "evidence.unreadable": _l("The photo “%(name)s” is damaged, or larger than %(megapixels)s megapixels."),
    "evidence.too_large": _l("The file “%(name)s” is larger than %(maximum)s MB."),
    "evidence.too_many": _l("%(given)s files of one kind (%(kind)s) were chosen; %(maximum)s can be sent."),
    "evidence.missing": _l("This reason needs %(minimum)s photos or more; there are %(given)s."),
    "evidence.proof_missing": _l(
        "A refusal for “%(refusal_code)s” needs a photo or a document that proves it."
    ),
    "evidence.unavailable": _l("The storage of evidence doesn't answer; try again in a minute."),
    "evidence.not_found": _l("There is no such evidence, or it isn't yours to see."),
}

ADVICE: dict[str, LazyString] = {
    "case.not_found": _l("Check the number, or look for it in your list."),
    "case.not_eligible": _l("Choose another reason, or ask the shop. Nothing has been changed."),
    "case.line_already_in_case": _l("Follow the cancellation that is under way. Nothing has been changed."),
    "case.idempotency_conflict": _l("Look at the case that was opened before you ask for another."),
}
