"""Carriers, and aggregators of many, that report tracking by themselves: who they are, and what they sign.

A feed's secret is derived from the product's own secret and the feed's key, so that none is kept.
A report is signed over its time and its body; one that is older than ``REPLAY_WINDOW`` is
refused, and one that is sent again inside it finds its events recorded.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.errors import NotFound
from processes.shipping.errors import SignatureRefused
from processes.shipping.tables import CarrierFeed

REPLAY_WINDOW = dt.timedelta(minutes=5)


class FeedNotFound(NotFound):
    """There is no such feed: ./tuidan carrier list names them all."""

    code = "shipping.feed_not_found"


def create_feed(session: Session, *, name: str, carriers: Sequence[str], now: dt.datetime) -> CarrierFeed:
    """Let somebody report tracking.

    Args:
        session: The caller's transaction.
        name: Who it is.
        carriers: Whose parcels it may report; none: everybody's.
        now: When.
    """
    feed = CarrierFeed(
        key=f"feed_{secrets.token_hex(8)}",
        name=name,
        carriers=sorted({carrier.strip() for carrier in carriers}),
        created_at=now,
    )
    session.add(feed)
    session.flush()
    return feed


def find_feed(session: Session, key: str) -> CarrierFeed:
    """Return a feed that may report.

    Raises:
        FeedNotFound: There is none, or it was closed.
    """
    feed = session.get(CarrierFeed, key)
    if feed is None or feed.closed_at is not None:
        raise FeedNotFound
    return feed


def close_feed(session: Session, key: str, *, now: dt.datetime) -> None:
    """Let a feed report no more.

    Raises:
        FeedNotFound: There is none, or it was closed before.
    """
    find_feed(session, key).closed_at = now
    session.flush()


def feeds(session: Session) -> Sequence[CarrierFeed]:
    """Return all feeds, the oldest first."""
    return session.scalars(sa.select(CarrierFeed).order_by(CarrierFeed.created_at, CarrierFeed.key)).all()


def secret_of(key: str, product_secret: str) -> str:
    """Return the secret that a feed signs with."""
    return hmac.new(product_secret.encode(), f"carrier-feed:{key}".encode(), hashlib.sha256).hexdigest()


def sign(secret: str, body: bytes, at: dt.datetime) -> str:
    """Return the signature of a report: ``t=<seconds since 1970>,v1=<HMAC-SHA256 of "t.body">``."""
    seconds = str(int(at.timestamp()))
    return f"t={seconds},v1={_digest(secret, seconds, body)}"


def check_signature(signature: str, secret: str, body: bytes, *, now: dt.datetime) -> None:
    """Refuse a report that its feed hasn't signed, or not lately.

    Raises:
        SignatureRefused: The signature is missing, malformed, wrong, or out of the window.
    """
    parts = dict(part.partition("=")[::2] for part in signature.split(","))
    seconds, given = parts.get("t", ""), parts.get("v1", "")
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) < 12):
        raise SignatureRefused
    if not hmac.compare_digest(_digest(secret, seconds, body), given.encode("ascii", "replace").decode()):
        raise SignatureRefused
    if abs(now.timestamp() - int(seconds)) > REPLAY_WINDOW.total_seconds():
        raise SignatureRefused


def _digest(secret: str, seconds: str, body: bytes) -> str:
    return hmac.new(secret.encode(), seconds.encode() + b"." + body, hashlib.sha256).hexdigest()
