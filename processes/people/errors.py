"""Refusals about people."""

from __future__ import annotations

from engine.errors import Kind, NotFound, TuidanError


class SignInRefused(TuidanError):
    """The name or the password is wrong, or the account is closed."""

    code = "people.sign_in_refused"
    kind = Kind.FORBIDDEN


class LoginTaken(TuidanError):
    """Somebody already signs in as {login}."""

    code = "people.login_taken"
    kind = Kind.CONFLICT


class PasswordTooShort(TuidanError):
    """A password needs {minimum} characters or more."""

    code = "people.password_too_short"


class AccountNotFound(NotFound):
    """There is no such account."""

    code = "people.account_not_found"


class GetsNoToken(TuidanError):
    """Only an analyst or an operator gets a token; {login} is neither."""

    code = "people.gets_no_token"


class DeployTokenRefused(TuidanError):
    """The bearer token is missing, or belongs to nobody who may do this."""

    code = "people.deploy_token_refused"
    kind = Kind.FORBIDDEN
