"""A person's settings: what comes by e-mail and where, and erasing what he has shown and written."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from engine.errors import Kind, TuidanError
from processes.notifications.preferences import (
    address_of,
    choose_topics,
    confirm_address,
    remove_address,
    set_address,
    wanted_topics,
)
from processes.notifications.topics import Topic
from processes.privacy.requesting import holdings_of, latest_request, request_erasure, withdraw_erasure
from webapp.context import now, reader, tuidan
from webapp.errors.messages import message_of
from webapp.mail.tokens import TokenRefused, read_token
from webapp.parameters import form_text
from webapp.people import blueprint

TOPIC_WORDS = {
    Topic.ACTION: (_l("Something waits for me"), _l("Requests, reminders, returns and offers to answer")),
    Topic.DECISION: (_l("Decisions"), _l("Agreed, refused, ruled on, withdrawn or closed")),
    Topic.MONEY: (_l("Money"), _l("Refunds that were paid")),
    Topic.GOODS: (_l("Goods on their way"), _l("Returns that were sent, accepted or lapsed")),
    Topic.MESSAGE: (_l("Messages"), _l("What the others in a case write")),
}


class EmailOff(TuidanError):
    """This installation sends no e-mail; ask its operator to set TUIDAN_SMTP_URL."""

    code = "email.off"
    kind = Kind.UNAVAILABLE


class NotYourLetter(TuidanError):
    """This link was sent to somebody else; sign in as the one who asked for it."""

    code = "email.not_your_letter"
    kind = Kind.FORBIDDEN


@blueprint.get("/settings")
def settings() -> str:
    """Show what comes by e-mail."""
    return _page()


@blueprint.post("/settings/address")
def submit_address() -> Response | tuple[str, int]:
    """Take an address and send the question there, or send no more e-mail."""
    if tuidan().mailer is None:
        raise EmailOff
    account_id = reader().account_id
    given = request.form.get("address", "")[:500]
    try:
        with tuidan().transaction() as session:
            if request.form.get("action") == "remove":
                remove_address(session, account_id)
                flash(_("No e-mail is sent to you any more."), "good")
            else:
                set_address(session, account_id, given, now())
                flash(_("A letter is on its way. Follow the link in it to confirm the address."), "good")
    except TuidanError as error:
        return _page(address=given, error=message_of(error)), 422
    return redirect(url_for("people.settings"))


@blueprint.post("/settings/topics")
def submit_topics() -> Response:
    """Keep which topics come by e-mail; unknown ones don't count."""
    wanted = frozenset(topic for topic in Topic if topic.value in request.form.getlist("topic"))
    with tuidan().transaction() as session:
        choose_topics(session, reader().account_id, wanted)
    flash(_("Your choice has been saved."), "good")
    return redirect(url_for("people.settings"))


@blueprint.get("/settings/confirm/<token>")
def confirm_form(token: str) -> str:
    """Ask for the click that confirms: programs that look into links change nothing."""
    return render_template("people/confirm.html", token=token, address=_address_in(token))


@blueprint.post("/settings/confirm/<token>")
def confirm(token: str) -> Response:
    """Confirm an address."""
    address = _address_in(token)
    with tuidan().transaction() as session:
        confirm_address(session, reader().account_id, address, now())
    flash(_("Your e-mail address is confirmed."), "good")
    return redirect(url_for("people.settings"))


@blueprint.post("/settings/erasure")
def ask_erasure() -> Response:
    """Ask for one's evidence and messages to be erased, or take that back."""
    account_id = reader().account_id
    with tuidan().transaction() as session:
        if request.form.get("action") == "withdraw":
            withdraw_erasure(session, account_id)
            flash(_("The request is withdrawn."), "good")
        else:
            request_erasure(session, account_id, words=form_text("words"), now=now())
            flash(_("The platform has been asked; the answer appears here."), "good")
    return redirect(url_for("people.settings"))


def _address_in(token: str) -> str:
    if len(token) > 1_000:
        raise TokenRefused
    account_id, address = read_token(current_app, token)
    if account_id != reader().account_id:
        raise NotYourLetter
    return address


def _page(address: str | None = None, error: str | None = None) -> str:
    with tuidan().transaction() as session:
        known = address_of(session, reader().account_id)
        given = known.address if known and address is None else address or ""
        return render_template(
            "people/settings.html",
            known=known,
            address=given,
            error=error,
            email_off=tuidan().mailer is None,
            topics=TOPIC_WORDS,
            wanted=wanted_topics(session, reader().account_id),
            holdings=holdings_of(session, reader().account_id),
            erasure=latest_request(session, reader().account_id),
        )
