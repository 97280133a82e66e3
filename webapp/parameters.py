"""Reading a request's parameters: what has the wrong type is as if it weren't there."""

from __future__ import annotations

import uuid

from flask import request

SEARCH_MAXIMUM = 100


def position(name: str) -> int | None:
    """Where a list that is read by a running number goes on; None for its beginning."""
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def search_words(name: str = "search") -> str:
    """What is searched for; NUL characters, which PostgreSQL refuses, are dropped."""
    return request.args.get(name, "").replace("\x00", "").strip()[:SEARCH_MAXIMUM]


def choice(name: str, allowed: object) -> str:
    """A parameter that has to be one of some codes; otherwise empty."""
    value = request.args.get(name, "")
    return value if value in allowed else ""  # type: ignore[operator]


def form_text(name: str) -> str:
    """A text of a submitted form, with line ends as people mean them."""
    return request.form.get(name, "").replace("\x00", "").replace("\r\n", "\n").strip()


def uuid_or_none(text: str) -> uuid.UUID | None:
    """An id, or None for what isn't one."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
