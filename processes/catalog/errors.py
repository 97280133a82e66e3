"""Refusals about shops and what they list."""

from __future__ import annotations

from engine.errors import Kind, NotFound, TuidanError


class ShopNotFound(NotFound):
    """There is no such shop: check its name."""

    code = "catalog.shop_not_found"


class TokenRefused(TuidanError):
    """The bearer token is missing or belongs to no shop."""

    code = "catalog.token_refused"
    kind = Kind.FORBIDDEN


class CategoryUnknown(TuidanError):
    """{category} is no category; choose one of {known}."""

    code = "catalog.category_unknown"
