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
    """There is no such account: check the sign-in name."""

    code = "people.account_not_found"


class NotAnAnalyst(TuidanError):
    """Only an analyst gets a token to deploy with; {login} is none."""

    code = "people.not_an_analyst"


class DeployTokenRefused(TuidanError):
    """The bearer token is missing or belongs to no analyst."""

    code = "people.deploy_token_refused"
    kind = Kind.FORBIDDEN
