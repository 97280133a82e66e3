"""The bell: how many notifications are unread, and the list of them."""

from __future__ import annotations

import uuid

from flask import redirect, render_template, request, url_for
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from processes.notifications import inbox
from processes.notifications.tables import Notification
from processes.people.roles import Role
from webapp.context import now, reader, tuidan
from webapp.formatting import money
from webapp.parameters import choice
from webapp.people import blueprint
from webapp.security import is_local_address
from webapp.wording import word

SENTENCES: dict[str, LazyString] = {
    "request_received": _l("New cancellation request for order %(order_no)s: %(reason)s"),
    "seller_reminder": _l("A cancellation request still waits for your answer (order %(order_no)s)"),
    "decided_agree": _l("Cancellation agreed for order %(order_no)s"),
    "shop_cancelled": _l(
        "The shop cancelled goods of order %(order_no)s: %(reason)s. %(amount)s comes back to you by itself, "
        "the way you paid; you are told when it has"
    ),
    "shop_cancelled_unpaid": _l(
        "The shop cancelled goods of order %(order_no)s: %(reason)s. Nothing was paid, so nothing comes back"
    ),
    "decided_refuse": _l("Cancellation refused for order %(order_no)s: %(refusal)s"),
    "timeout_agreed": _l("The time limit passed; the cancellation of order %(order_no)s counts as agreed"),
    "refund_settled": _l("%(amount)s paid back for order %(order_no)s"),
    "chargeback_opened": _l(
        "A payment for order %(order_no)s is disputed at the bank: %(amount)s. Answer the bank; "
        "a refund that was made is the proof"
    ),
    "chargeback_lost": _l(
        "The bank gave the buyer of order %(order_no)s back %(amount)s; the books say who bears it"
    ),
    "chargeback_cleared": _l("The bank has decided for us: %(amount)s of order %(order_no)s stay"),
    "refund_reopened": _l("The refund for order %(order_no)s did not reach you; it is made again"),
    "return_requested": _l("Please send the goods of order %(order_no)s back"),
    "return_lapsed": _l("The return for order %(order_no)s lapsed: nothing was sent back in time"),
    "return_sent": _l("The buyer has sent the goods of order %(order_no)s back"),
    "return_arrived": _l("The goods of order %(order_no)s have come back to your shop; please check them"),
    "return_lost": _l("The carrier reports the parcel back to the shop for order %(order_no)s as lost"),
    "return_came_back": _l(
        "The parcel back to the shop for order %(order_no)s couldn't be delivered and goes back to the buyer"
    ),
    "return_accepted": _l("The returned goods of order %(order_no)s were accepted"),
    "return_rejected": _l("The returned goods of order %(order_no)s were not accepted"),
    "return_partly_accepted": _l("Some of the returned goods of order %(order_no)s were not accepted"),
    "refused_choose": _l(
        "Say what is to become of the goods of order %(order_no)s that were not accepted: "
        "back to you, or the shop's"
    ),
    "refused_left": _l("The buyer leaves you the goods of order %(order_no)s that you did not accept"),
    "refused_to_send": _l("Please send back the goods of order %(order_no)s that you did not accept"),
    "refused_overdue": _l(
        "The shop has not sent back what it did not accept of order %(order_no)s for a week"
    ),
    "refused_sent": _l("The goods of order %(order_no)s that were not accepted are on their way to you"),
    "dispute_opened": _l("A dispute about order %(order_no)s was opened"),
    "ruling_made": _l("The platform has ruled on order %(order_no)s"),
    "dispute_overrun": _l("The time to rule on order %(order_no)s has run out; senior agents are to rule"),
    "appeal_made": _l("There is an appeal about order %(order_no)s; both sides are heard again"),
    "withdrawn": _l("The buyer withdrew the request for order %(order_no)s"),
    "intercept_requested": _l("Please have the parcel of order %(order_no)s stopped"),
    "parcel_not_stopped": _l(
        "A parcel of order %(order_no)s could not be stopped and has arrived; you can send it back"
    ),
    "parcel_being_stopped": _l(
        "A parcel of order %(order_no)s has left already; its carrier is asked to stop it"
    ),
    "closed_not_stopped": _l(
        "The parcel of order %(order_no)s could not be stopped and the request is closed; "
        "once it has arrived you can send it back"
    ),
    "stopped_parcel_delivered": _l(
        "A parcel of order %(order_no)s that %(carrier)s had promised to stop was delivered; "
        "claim from the carrier"
    ),
    "parcel_stalled": _l("The carrier has been silent about a parcel of order %(order_no)s for too long"),
    "parcel_unscanned": _l(
        "No carrier has scanned parcel %(carrier)s %(tracking_no)s that you sent for order %(order_no)s: "
        "check the number, and ask the carrier"
    ),
    "parcel_unscanned_yet": _l(
        "Parcel %(carrier)s %(tracking_no)s for order %(order_no)s is said to be on its way, "
        "but no carrier has scanned it; its sender is reminded"
    ),
    "parcel_silent": _l(
        "Nothing has been heard of parcel %(carrier)s %(tracking_no)s for order %(order_no)s for days; "
        "whoever sent it should ask the carrier"
    ),
    "parcel_missing": _l(
        "Parcel %(carrier)s %(tracking_no)s for order %(order_no)s counts as missing; "
        "the platform decides what becomes of it"
    ),
    "parcel_to_rule": _l(
        "Parcel %(carrier)s %(tracking_no)s for order %(order_no)s is missing; "
        "please decide what becomes of it"
    ),
    "parcel_ruled_received": _l(
        "The platform decided that parcel %(carrier)s %(tracking_no)s for order %(order_no)s "
        "counts as arrived"
    ),
    "parcel_ruled_again": _l(
        "The platform decided that what was in parcel %(carrier)s %(tracking_no)s for order %(order_no)s "
        "has to be sent again"
    ),
    "parcel_ruled_wait": _l(
        "The platform waits some more days for parcel %(carrier)s %(tracking_no)s for order %(order_no)s"
    ),
    "parcel_ruling_overdue": _l(
        "The missing parcel of order %(order_no)s has waited three days for a ruling"
    ),
    "parcel_send_anew": _l("Please send the goods of order %(order_no)s again: their parcel is missing"),
    "parcel_anew_overdue": _l(
        "The shop has not sent the goods of order %(order_no)s again, whose parcel is missing"
    ),
    "cancellation_offered": _l("You can cancel order %(order_no)s: %(reason)s"),
    "offer_made": _l("The seller offers something else for order %(order_no)s; please answer"),
    "offer_accepted": _l("The buyer accepted your offer for order %(order_no)s"),
    "offer_declined": _l("The buyer declined your offer for order %(order_no)s; please decide"),
    "offer_lapsed": _l("The buyer didn't answer your offer for order %(order_no)s in time; please decide"),
    "exchange_sent": _l("The exchange for order %(order_no)s is on its way"),
    "refusal_lapsed": _l("The refusal for order %(order_no)s stands: it wasn't answered in time"),
    "rating_given": _l("New rating for the handling of order %(order_no)s: %(stars)s of 5 stars"),
    "rating_answered": _l("The shop answered your rating for order %(order_no)s"),
    "rating_hidden": _l("The platform hid your rating for order %(order_no)s"),
    "message_received": _l("New message from %(from)s about order %(order_no)s"),
    "erasure_refused": _l("Your evidence and messages are not erased: %(refusal_words)s"),
    "erasure_done": _l("Your evidence and messages have been erased"),
    "closed": _l("The request about order %(order_no)s has ended without a refund: %(outcome)s"),
    "decided_automatically": _l(
        "The rules agreed to cancel order %(order_no)s without asking you: %(reason)s; "
        "don't ship what hasn't left"
    ),
    "return_unseen": _l(
        "You didn't inspect what came back of order %(order_no)s in time; it counts as accepted"
    ),
    "erasure_asked": _l("Somebody asks for evidence and messages to be erased; please answer"),
    "incident_opened": _l("Something failed and waits for you: %(element)s (%(process)s)"),
}

CASE_PAGES = {
    Role.BUYER: "buyer.case",
    Role.SELLER: "seller.case",
    Role.AGENT: "platform.case",
    Role.SENIOR: "platform.case",
}
ORDER_PAGES = {
    Role.BUYER: "buyer.order",
    Role.SELLER: "seller.order",
    Role.AGENT: "platform.order",
    Role.SENIOR: "platform.order",
}


@blueprint.get("/notifications")
def notifications() -> str:
    """List the reader's notifications, all or those that he hasn't read."""
    show = choice("show", ("unread",))
    with tuidan().transaction() as session:
        page = inbox.notifications(
            session, reader().account_id, unread=bool(show), after=request.args.get("after")
        )
        found = [(one, sentence_of(one)) for one in page.rows]
        return render_template("people/notifications.html", found=found, next=page.next, show=show)


@blueprint.get("/notifications/bell")
def bell() -> str:
    """The bell with its number, to be fetched again and again."""
    with tuidan().transaction() as session:
        return render_template("people/bell.html", unread=inbox.unread_count(session, reader().account_id))


@blueprint.post("/notifications/<uuid:notification_id>")
def open_notification(notification_id: uuid.UUID) -> Response:
    """Mark a notification as read and go where it leads."""
    person = reader()
    with tuidan().transaction() as session:
        one = inbox.notification_of(session, person.account_id, notification_id)
        inbox.mark_read(session, person.account_id, now(), [one.id])
        target = target_of(one, person.role)
    return redirect(target or url_for("people.notifications"))


@blueprint.post("/notifications/read")
def read_all() -> Response:
    """Mark all as read."""
    with tuidan().transaction() as session:
        inbox.mark_read(session, reader().account_id, now())
    return redirect(url_for("people.notifications"))


def sentence_of(notification: Notification) -> str:
    """A notification in the reader's language."""
    sentence = SENTENCES.get(notification.template)
    if sentence is None:
        return notification.template
    given = notification.params
    words = {name: str(value) for name, value in given.items()}
    words.setdefault("order_no", "")
    words.setdefault("refusal_words", "")
    words.setdefault("carrier", "")
    words.setdefault("tracking_no", "")
    words["outcome"] = str(word(given.get("outcome"), "outcome"))
    words["reason"] = str(word(given.get("reason"), "reason"))
    words["from"] = str(word(given.get("from"), "party"))
    words["refusal"] = str(word(given.get("refusal_code"), "refusal_code"))
    words["amount"] = money(int(given.get("amount") or 0), str(given.get("currency") or "CNY"))
    return str(sentence) % words


def target_of(notification: Notification, role: Role) -> str | None:
    """The page of the reader's role that a notification is about."""
    kind, _, number = notification.link.partition(":")
    match kind:
        case "case" if role in CASE_PAGES:
            return url_for(CASE_PAGES[role], case_no=number)
        case "order" if role in ORDER_PAGES:
            return url_for(ORDER_PAGES[role], order_no=number)
        case path if is_local_address(path):
            return path
        case _:
            return None
