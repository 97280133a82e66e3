"""Shops and their listings: making them, and finding a shop by its API token."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from processes.catalog import stock
from processes.catalog.errors import CategoryUnknown, ShopNotFound, TokenRefused
from processes.catalog.rules import CATEGORIES
from processes.catalog.tables import Listing, Shop, StockItem, Variant


@dataclass(frozen=True, kw_only=True)
class Goods:
    """What a shop sells, as an order or an import describes it.

    Attributes:
        sku: The shop's stock keeping unit; one variant for each.
        title: What the listing is called.
        category: One of ``CATEGORIES``.
        price: Minor units.
        code: The shop's number for the listing; by default each SKU is a listing of its own.
    """

    sku: str
    title: str
    category: str
    price: int
    currency: str = "CNY"
    code: str = ""
    variant: str = ""
    description: str = ""
    image: str = ""
    custom_made: bool = False


def create_shop(
    session: Session,
    *,
    slug: str,
    name: str,
    return_address: dict[str, str],
    now: dt.datetime,
    demo: bool = False,
) -> Shop:
    """Make a shop."""
    shop = Shop(slug=slug, name=name, return_address=return_address, created_at=now, demo=demo)
    session.add(shop)
    session.flush()
    return shop


def find_shop(session: Session, slug: str) -> Shop:
    """Return the shop of a slug.

    Raises:
        ShopNotFound: There is none.
    """
    shop = session.scalar(sa.select(Shop).where(Shop.slug == slug))
    if shop is None:
        raise ShopNotFound(slug=slug)
    return shop


def issue_api_token(session: Session, shop: Shop) -> str:
    """Give a shop a new API token and return it; the one before stops working.

    Only its hash is stored. A plain SHA-256 is enough for a random value of 256 bits.
    """
    token = new_token()
    shop.api_token_hash = token_hash(token)
    session.flush()
    return token


def shop_of_token(session: Session, token: str) -> Shop:
    """Return the shop that an API token belongs to.

    Raises:
        TokenRefused: It belongs to none.
    """
    shop = session.scalar(sa.select(Shop).where(Shop.api_token_hash == token_hash(token)))
    if shop is None:
        raise TokenRefused
    return shop


def ensure_variant(session: Session, shop: Shop, goods: Goods, *, now: dt.datetime) -> Variant:
    """Return the variant of a shop's SKU, listed as described if it is new.

    An existing listing stays as it is: an order carries its own copy of what was ordered.

    Raises:
        CategoryUnknown: The category isn't one of ``CATEGORIES``.
    """
    variant = session.scalar(sa.select(Variant).where(Variant.shop_id == shop.id, Variant.sku == goods.sku))
    if variant is not None:
        return variant
    if goods.category not in CATEGORIES:
        raise CategoryUnknown(category=goods.category, known=", ".join(CATEGORIES))
    code = goods.code or goods.sku
    listing = session.scalar(sa.select(Listing).where(Listing.shop_id == shop.id, Listing.code == code))
    if listing is None:
        listing = Listing(
            shop=shop,
            code=code,
            title=goods.title,
            category=goods.category,
            description=goods.description,
            image=goods.image,
            custom_made=goods.custom_made,
            created_at=now,
        )
    variant = Variant(
        shop_id=shop.id,
        listing=listing,
        sku=goods.sku,
        name=goods.variant,
        price=goods.price,
        currency=goods.currency,
        stock=StockItem(on_hand=0, reserved=0, quarantine=0, inspect=0),
    )
    session.add(variant)
    session.flush()
    return variant


def restock(session: Session, variant: Variant, units: int, *, reference: str, now: dt.datetime) -> bool:
    """Put new units of a variant on the shelf, once for each reference."""
    return stock.receive(session, variant.id, units, reference=reference, now=now)


def new_token() -> str:
    """Return a new token for the HTTP API."""
    return f"tuidan_{secrets.token_urlsafe(32)}"


def token_hash(token: str) -> str:
    """Return what is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
