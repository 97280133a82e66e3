"""How a status looks; every chip also carries its words, so colour is never alone."""

from __future__ import annotations

TONES = {
    "unpaid": "warn",
    "paid": "info",
    "picking": "info",
    "partly_shipped": "info",
    "shipped": "info",
    "delivered": "good",
    "completed": "good",
    "cancelled": "mute",
    "open": "info",
    "awaiting_seller": "warn",
    "offered": "warn",
    "exchanging": "info",
    "refused": "bad",
    "awaiting_return": "warn",
    "return_in_transit": "info",
    "in_dispute": "bad",
    "intercepting": "info",
    "refunding": "info",
    "refunded": "good",
    "closed": "mute",
    "withdrawn": "mute",
    "cleared": "good",
    "prepared": "info",
    "pending": "info",
    "succeeded": "good",
    "failed": "bad",
    "created": "info",
    "sent_back": "info",
    "picked_up": "info",
    "in_transit": "info",
    "out_for_delivery": "info",
    "damaged": "bad",
    "lost": "bad",
    "returned": "warn",
    "recorded": "good",
    "kept": "warn",
}


def tone(code: str | None) -> str:
    """How a status chip is coloured."""
    return TONES.get(code or "", "mute")
