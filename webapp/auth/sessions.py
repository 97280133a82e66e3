"""Sessions: a signed cookie that names an account, checked against it at every request.

The cookie carries a seal made from the password's hash, so that changing a password ends all
sessions of the account, as closing the account does.
"""

from __future__ import annotations

import hashlib

from flask import Flask, g, request, session

from processes.people.accounts import account_of
from processes.people.errors import AccountNotFound
from processes.people.tables import Account
from webapp.context import Reader, tuidan

UNREAD_ENDPOINTS = frozenset({"static"})


def seal_of(account: Account) -> str:
    """A fingerprint of the account's password hash; it changes when the password does."""
    return hashlib.sha256((account.password_hash or "").encode()).hexdigest()[:24]


def open_session(account: Account) -> None:
    """Sign an account in: nothing of the visitor's session survives but the language."""
    locale = session.get("locale")
    session.clear()
    session.permanent = True
    session["account"] = str(account.id)
    session["seal"] = seal_of(account)
    if locale:
        session["locale"] = locale


def close_session() -> None:
    """Sign out; the language stays."""
    locale = session.get("locale")
    session.clear()
    g.reader = None
    if locale:
        session["locale"] = locale


def load_reader() -> None:
    """Set ``g.reader`` for this request, and end a session that is no longer good."""
    g.reader = None
    if request.endpoint in UNREAD_ENDPOINTS or "account" not in session:
        return
    with tuidan().transaction() as database:
        try:
            account = account_of(database, str(session["account"]))
        except AccountNotFound:
            close_session()
            return
        if account.disabled or session.get("seal") != seal_of(account):
            close_session()
            return
        g.reader = Reader.of(account)


def init_app(app: Flask) -> None:
    """Attach sessions to an application."""
    app.before_request(load_reader)
