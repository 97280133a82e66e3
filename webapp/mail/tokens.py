"""Proof that somebody reads the mail of an address: a signed token that only a letter there carries."""

from __future__ import annotations

import uuid

from flask import Flask
from itsdangerous import BadData, URLSafeTimedSerializer

from engine.errors import TuidanError

VALID_SECONDS = 3 * 24 * 3_600


class TokenRefused(TuidanError):
    """This link is incomplete or older than three days; ask for a new one."""

    code = "email.token_refused"


def token_for(app: Flask, account_id: uuid.UUID, address: str) -> str:
    """Make the token for an account and an address."""
    return str(_serializer(app).dumps([str(account_id), address]))


def read_token(app: Flask, token: str) -> tuple[uuid.UUID, str]:
    """Return the account and the address that a token was made for.

    Raises:
        TokenRefused: It is none of ours, or too old.
    """
    try:
        account_id, address = _serializer(app).loads(token, max_age=VALID_SECONDS)
        return uuid.UUID(account_id), str(address)
    except (BadData, ValueError, TypeError):
        raise TokenRefused from None


def _serializer(app: Flask) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(app.config["SECRET_KEY"]), salt="email-address")
