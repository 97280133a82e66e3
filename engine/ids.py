"""Identifiers: time-ordered UUIDs, so that new rows land at the end of an index."""

from __future__ import annotations

import uuid

import uuid_utils.compat


def new_id() -> uuid.UUID:
    """Return a new UUID of version 7 (RFC 9562)."""
    return uuid_utils.compat.uuid7()
