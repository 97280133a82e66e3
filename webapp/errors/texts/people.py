"""Refusals about people: accounts, e-mail, notifications and erasure."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

MESSAGES: dict[str, LazyString] = {
    "people.sign_in_refused": _l("The name or the password is wrong, or the account is closed."),
    "people.too_many_attempts": _l("Too many failed sign-ins; try again in %(minutes)s minutes."),
    "people.wrong_role": _l("This page belongs to another role."),
    "people.login_taken": _l("Somebody already signs in as %(login)s."),
    "people.password_too_short": _l("A password needs %(minimum)s characters or more."),
    "people.account_not_found": _l("There is no such account: check the sign-in name."),
    "email.address_invalid": _l("This is no e-mail address; write it like name@example.com."),
    "email.asked_just_now": _l(
        "A confirmation was sent less than a minute ago; look into the mailbox, or try again shortly."
    ),
    "email.confirmation_outdated": _l(
        "This confirmation is outdated: the address was changed since; use the newest one, or ask again."
    ),
    "email.token_refused": _l("This link is incomplete or older than three days; ask for a new one."),
    "email.not_your_letter": _l("This link was sent to somebody else; sign in as the one who asked for it."),
    "email.off": _l("This installation sends no e-mail; ask its operator to set TUIDAN_SMTP_URL."),
    "email.not_found": _l("There is no undelivered letter of that number; it may have been sent meanwhile."),
    "email.nowhere_to_send": _l(
        "Its reader has no address any more that takes letters; he has the notification in the product."
    ),
    "privacy.not_found": _l("There is no such request, or it has been answered; look at the list again."),
    "privacy.asked_already": _l("This was asked for already; the answer comes to the same page."),
    "privacy.refusal_unexplained": _l("A refusal needs its reason, in words that the person reads."),
    "people.gets_no_token": _l("Only an analyst or an operator gets a token; %(login)s is neither."),
    "people.deploy_token_refused": _l("The token is missing, or belongs to nobody who may do this."),
    "notification.not_found": _l("There is no such notification."),
}

ADVICE: dict[str, LazyString] = {
    "people.too_many_attempts": _l("Wait, or ask an administrator to set a new password."),
    "people.wrong_role": _l("Sign out and sign in with the account that has this role."),
}
