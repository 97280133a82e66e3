"""Units set aside, in quarantine or to be inspected, until somebody releases them or writes them off."""

from __future__ import annotations

import datetime as dt
import enum
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload

from engine.actors import Actor
from engine.errors import Kind, NotFound, TuidanError
from processes.catalog.rules import StockLevels
from processes.catalog.stock import move_by_hand
from processes.catalog.tables import Listing, StockItem, StockMovement, Variant

PAGE_SIZE = 25
NOTE_MAXIMUM = 200
OPERATOR = "operator"


class Settlement(enum.StrEnum):
    """What somebody does with units that were set aside."""

    RELEASE = "release"
    WRITE_OFF = "write_off"
    QUARANTINE = "quarantine"


class Place(enum.StrEnum):
    """Where units are set aside; also the names of a stock item's counters."""

    QUARANTINE = "quarantine"
    INSPECT = "inspect"


class StockNotFound(NotFound):
    """There is no such stock."""

    code = "stock.not_found"


class SettlementInvalid(TuidanError):
    """{units} units can't be taken out of {place}; there are {available}."""

    code = "stock.settlement_invalid"
    kind = Kind.CONFLICT


class SettlementUnexplained(TuidanError):
    """Say why, in {maximum} characters at most: it is kept with the stock's books."""

    code = "stock.settlement_unexplained"
    kind = Kind.INVALID


@dataclass(frozen=True, kw_only=True)
class AsidePage:
    """Stock items with units set aside; ``next`` is where the next page begins."""

    items: list[StockItem]
    next: uuid.UUID | None


def set_aside(
    session: Session, actor: Actor, *, search: str = "", after: uuid.UUID | None = None
) -> AsidePage:
    """Return the stock that an actor may settle, of his shops or, for an operator, of all.

    Args:
        session: The caller's transaction.
        actor: Whose shops.
        search: Part of a SKU or a title.
        after: Where the page before ended.
    """
    query = (
        sa.select(StockItem)
        .join(StockItem.variant)
        .join(Variant.listing)
        .options(contains_eager(StockItem.variant).contains_eager(Variant.listing).joinedload(Listing.shop))
        .where(sa.or_(StockItem.quarantine > 0, StockItem.inspect > 0))
        .order_by(StockItem.variant_id)
        .limit(PAGE_SIZE + 1)
    )
    shops = _shops(actor)
    if shops is not None:
        query = query.where(Variant.shop_id.in_(shops))
    if search:
        words = search.lower()
        query = query.where(
            sa.or_(
                sa.func.lower(Variant.sku).contains(words, autoescape=True),
                sa.func.lower(Listing.title).contains(words, autoescape=True),
            )
        )
    if after is not None:
        query = query.where(StockItem.variant_id > after)
    found = list(session.scalars(query))
    more = len(found) > PAGE_SIZE
    return AsidePage(items=found[:PAGE_SIZE], next=found[PAGE_SIZE - 1].variant_id if more else None)


def latest_settlements(session: Session, variant_ids: Iterable[uuid.UUID]) -> list[StockMovement]:
    """Return what was settled by hand of some stock, the latest first."""
    return list(
        session.scalars(
            sa.select(StockMovement)
            .where(StockMovement.variant_id.in_(list(variant_ids)), StockMovement.actor_id != "")
            .order_by(StockMovement.at.desc(), StockMovement.id.desc())
            .limit(PAGE_SIZE)
        )
    )


def settle(
    session: Session,
    variant_id: uuid.UUID,
    settlement: Settlement | str,
    *,
    place: Place | str,
    units: int,
    note: str,
    actor: Actor,
    key: str,
    now: dt.datetime,
) -> bool:
    """Take units out of where they were set aside; each key does it once.

    Args:
        session: The caller's transaction; the stock item is locked here.
        variant_id: What the units are.
        settlement: Where they go: to the shelf, into quarantine, or nowhere.
        place: Where they are.
        units: How many.
        note: Why; it is kept.
        actor: A seller of the shop, or an operator.
        key: Names the request, so that one that is sent twice counts once.
        now: When.

    Returns:
        False if it was done before.

    Raises:
        StockNotFound: There is none, or it is another shop's.
        SettlementUnexplained: Without a reason, or with one that is too long.
        SettlementInvalid: Fewer units are there.
    """
    chosen, where = Settlement(settlement), Place(place)
    variant = session.scalar(
        sa.select(Variant).where(Variant.id == variant_id).options(joinedload(Variant.stock))
    )
    shops = _shops(actor)
    if variant is None or (shops is not None and variant.shop_id not in shops):
        raise StockNotFound
    words = note.strip()
    if not words or len(words) > NOTE_MAXIMUM:
        raise SettlementUnexplained(maximum=NOTE_MAXIMUM)

    def change(item: StockItem) -> StockLevels:
        available: int = getattr(item, where.value)
        if not 1 <= units <= available or (chosen, where) == (Settlement.QUARANTINE, Place.QUARANTINE):
            raise SettlementInvalid(units=units, place=where.value, available=available)
        taken = {where.value: -units}
        match chosen:
            case Settlement.RELEASE:
                taken["on_hand"] = units
            case Settlement.QUARANTINE:
                taken["quarantine"] = units
            case Settlement.WRITE_OFF:
                pass
        return StockLevels(**taken)

    return move_by_hand(
        session,
        variant_id,
        chosen.value,
        change,
        reference=f"settled:{actor.id}:{key}",
        actor=actor,
        note=words,
        now=now,
    )


def _shops(actor: Actor) -> list[uuid.UUID] | None:
    """The shops whose stock an actor settles; None for all."""
    if OPERATOR in actor.groups:
        return None
    return [uuid.UUID(g.removeprefix("shop:")) for g in actor.groups if g.startswith("shop:")]
