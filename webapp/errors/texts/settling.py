"""Refusals about how people come to terms: conversations, offers, rulings and ratings."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

MESSAGES: dict[str, LazyString] = {
    "dispute.reasons_missing": _l("A ruling needs its reasons, for both sides to read."),
    "dispute.ruled_amount_invalid": _l(
        "The amount has to be above nothing, and %(maximum)s %(currency)s at most."
    ),
    "dispute.own_ruling": _l(
        "You gave the ruling that is appealed against; another senior agent has to rule on the appeal."
    ),
    "dispute.ruling_missing": _l("Nobody has ruled on the case yet."),
    "conversation.not_found": _l("There is no such conversation, or it isn't yours to read."),
    "conversation.empty": _l("Write something, or choose a file."),
    "conversation.too_long": _l("The message has %(given)s characters; %(maximum)s are allowed."),
    "conversation.too_many": _l("%(maximum)s messages of one side are enough for one case."),
    "conversation.ended": _l("Since %(at)s nothing more can be written here: the case ended before."),
    "conversation.key_reused": _l("This message was sent already, with other words."),
    "rating.not_found": _l("There is no such rating."),
    "rating.stars_invalid": _l("Choose from 1 to 5 stars."),
    "rating.text_too_long": _l("The text has %(given)s characters; %(maximum)s are allowed."),
    "rating.not_asked": _l("This can't be rated: it hasn't ended, nobody handled it, or it ended long ago."),
    "rating.final": _l(
        "This rating can't be changed any more: 7 days have passed, or the shop has answered."
    ),
    "rating.words_missing": _l("Please write something: an answer or a reason needs words."),
    "rating.answered": _l("The shop answered this rating on %(at)s; one answer is all there is."),
    "rating.hidden": _l("The platform hid this rating on %(at)s."),
    "offer.refused": _l("This can't be offered."),
    "offer.kind_refused": _l("What has not been shipped can't be sent back or exchanged; offer an amount."),
    "offer.amount_invalid": _l("Offer an amount from %(least)s to %(most)s (%(currency)s)."),
    "offer.too_many": _l("%(maximum)s offers can be made in a case; agree or refuse now."),
    "offer.not_open": _l("There is no offer that waits for an answer."),
    "offer.exchange_not_agreed": _l("No exchange was agreed on in this case."),
}

ADVICE: dict[str, LazyString] = {
    "conversation.empty": _l("Nothing was sent."),
    "conversation.too_long": _l("Shorten it, or send it as two messages. Nothing was sent."),
    "conversation.too_many": _l("Ask the platform to decide if you can't agree."),
    "conversation.ended": _l("You can still read it. Nothing was sent."),
    "conversation.key_reused": _l("Look at the messages above; send the new words once more."),
}
