"""Words letters: a notification as its page shows it, and the question whether an address is right."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from flask import Flask, render_template, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from processes.notifications.letters import Letter
from processes.notifications.tables import EmailDelivery, Notification
from processes.people.roles import Role
from processes.people.tables import Account
from webapp.i18n import LOCALES
from webapp.mail.tokens import token_for
from webapp.people.notifications import sentence_of, target_of


class LetterWriter:
    """Words letters outside of any request.

    Args:
        app: The web application, for its languages, templates and addresses.
        public_url: How readers reach it.
    """

    def __init__(self, app: Flask, public_url: str) -> None:
        self._app = app
        self._public_url = public_url

    def write(self, session: Session, delivery: EmailDelivery) -> Letter:
        """Word one letter in the language of its reader."""
        account = session.get_one(Account, delivery.account_id)
        with self._as_if_asked(account):
            if delivery.notification_id is None:
                return self._confirmation(delivery, account)
            notification = session.get_one(Notification, delivery.notification_id)
            return self._notification(delivery, account, notification)

    @contextmanager
    def _as_if_asked(self, account: Account) -> Iterator[None]:
        locale = account.locale if account.locale in LOCALES else "zh_CN"
        with self._app.test_request_context(base_url=self._public_url), force_locale(locale):
            yield

    def _notification(self, delivery: EmailDelivery, account: Account, about: Notification) -> Letter:
        sentence = sentence_of(about)
        target = target_of(about, Role(account.role)) or url_for("people.notifications")
        return self._letter(
            delivery,
            account,
            subject=sentence,
            said=sentence,
            advice=str(about.params.get("explanation") or ""),
            link=self._absolute(target),
            button=_("Look at it"),
            settings_url=url_for("people.settings", _external=True),
        )

    def _confirmation(self, delivery: EmailDelivery, account: Account) -> Letter:
        token = token_for(self._app, account.id, delivery.address)
        return self._letter(
            delivery,
            account,
            subject=_("Is this your e-mail address?"),
            said=_("Somebody, probably you, wants to be told by e-mail what happens to cancellations."),
            advice=_("If it wasn't you, you needn't do anything: no other letter will come."),
            link=url_for("people.confirm_form", token=token, _external=True),
            button=_("Yes, it is mine"),
            settings_url="",
        )

    def _letter(
        self,
        delivery: EmailDelivery,
        account: Account,
        *,
        subject: str,
        said: str,
        advice: str,
        link: str,
        button: str,
        settings_url: str,
    ) -> Letter:
        words = {
            "name": account.display_name,
            "said": said,
            "advice": advice,
            "link": link,
            "button": button,
            "settings_url": settings_url,
            "language": "zh-CN" if account.locale.startswith("zh") else "en",
        }
        return Letter(
            to=delivery.address,
            subject=subject,
            text=render_template("mail/letter.txt", **words),
            html=render_template("mail/letter.html", **words),
            language=str(words["language"]),
            message_id=f"<{delivery.id}@{urlsplit(self._public_url).hostname}>",
            settings_url=settings_url,
        )

    def _absolute(self, target: str) -> str:
        return f"{self._public_url}{target}"
