"""The sign-in page, signing out, and the switch of the language."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from processes.people.accounts import account_of, authenticate
from processes.people.errors import SignInRefused
from webapp.auth import throttle
from webapp.auth.roles import landing_page
from webapp.auth.sessions import close_session, open_session
from webapp.context import Reader, current_reader, now, tuidan
from webapp.errors.messages import message_of
from webapp.i18n import LOCALES
from webapp.security import is_local_address

blueprint = Blueprint("auth", __name__)


@blueprint.get("/")
def home() -> Response:
    """Lead a reader to the start page of his role."""
    reader = current_reader()
    return redirect(landing_page(reader.role) if reader else url_for("auth.sign_in"))


@blueprint.get("/sign-in")
def sign_in() -> Response | str:
    """Show the sign-in form."""
    reader = current_reader()
    if reader is not None:
        return redirect(landing_page(reader.role))
    return _form()


@blueprint.post("/sign-in")
def submit_sign_in() -> Response | tuple[str, int]:
    """Sign in, count a failure, or refuse after too many of them."""
    login = request.form.get("login", "")[:200]
    password = request.form.get("password", "")[:1000]
    address = request.remote_addr or ""
    product = tuidan()
    instant = now()
    try:
        with product.transaction() as database:
            throttle.check(database, login, address, now=instant)
            account = authenticate(database, login, password)
            throttle.forget(database, login, address)
            open_session(account)
            role = Reader.of(account).role
    except SignInRefused as refusal:
        with product.transaction() as database:
            throttle.record_failure(database, login, address, now=instant)
        return _form(login=login, error=message_of(refusal)), 403
    except throttle.TooManyAttempts as refusal:
        return _form(login=login, error=message_of(refusal)), 429
    wanted = request.form.get("next")
    return redirect(wanted if wanted and is_local_address(wanted) else landing_page(role))


@blueprint.post("/sign-out")
def sign_out() -> Response:
    """End the session."""
    close_session()
    return redirect(url_for("auth.sign_in"))


@blueprint.post("/language")
def switch_language() -> Response:
    """Change the language, for the account as well if somebody is signed in."""
    chosen = request.form.get("locale", "")
    if chosen in LOCALES:
        session["locale"] = chosen
        reader = current_reader()
        if reader is not None:
            with tuidan().transaction() as database:
                account_of(database, reader.account_id).locale = chosen
    back = request.form.get("next")
    return redirect(back if back and is_local_address(back) else url_for("auth.home"))


def _form(*, login: str = "", error: str = "") -> str:
    wanted = request.values.get("next", "")
    return render_template(
        "auth/sign_in.html",
        login=login,
        error=error,
        next=wanted if is_local_address(wanted) else "",
        demo=tuidan().settings.demo_data,
    )
