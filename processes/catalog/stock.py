"""Moving stock: each movement happens once for its reference, however often it is asked for.

A movement locks its stock item until the transaction ends. Whoever moves several does so in
the order of their variants' ids, so that no two wait for each other.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.ids import new_id
from processes.catalog.rules import StockLevels, Treatment, movement_of
from processes.catalog.tables import Listing, StockItem, StockMovement, Variant


def _locked(session: Session, variant_id: uuid.UUID) -> StockItem:
    return session.get_one(StockItem, variant_id, with_for_update=True, populate_existing=True)


def _move(
    session: Session,
    item: StockItem,
    kind: str,
    change: StockLevels,
    reference: str,
    now: dt.datetime,
    *,
    actor: Actor | None = None,
    note: str = "",
) -> bool:
    """Append a movement and apply it; False if one of that reference is there already."""
    written = session.execute(
        postgresql.insert(StockMovement)
        .values(
            id=new_id(),
            variant_id=item.variant_id,
            kind=kind,
            on_hand=change.on_hand,
            reserved=change.reserved,
            quarantine=change.quarantine,
            inspect=change.inspect,
            reference=reference,
            at=now,
            actor_id=actor.id if actor else "",
            actor_name=actor.name if actor else "",
            note=note,
        )
        .on_conflict_do_nothing(index_elements=["reference"])
        .returning(StockMovement.id)
    ).first()
    if written is None:
        return False
    item.on_hand += change.on_hand
    item.reserved += change.reserved
    item.quarantine += change.quarantine
    item.inspect += change.inspect
    session.flush()
    return True


def receive(session: Session, variant_id: uuid.UUID, units: int, *, reference: str, now: dt.datetime) -> bool:
    """Put new units on the shelf. Returns False if that was done before."""
    item = _locked(session, variant_id)
    return _move(session, item, "receive", StockLevels(on_hand=units), reference, now)


def reserve(session: Session, variant_id: uuid.UUID, units: int, *, reference: str, now: dt.datetime) -> bool:
    """Promise units to an order, even beyond what is there: orders are facts.

    Returns:
        False if that was done before.
    """
    item = _locked(session, variant_id)
    return _move(session, item, "reserve", StockLevels(reserved=units), reference, now)


def ship(session: Session, variant_id: uuid.UUID, units: int, *, reference: str, now: dt.datetime) -> bool:
    """Take units off the shelf as they leave. Returns False if that was done before."""
    item = _locked(session, variant_id)
    change = StockLevels(on_hand=-min(units, item.on_hand), reserved=-min(units, item.reserved))
    return _move(session, item, "ship", change, reference, now)


def move_by_hand(
    session: Session,
    variant_id: uuid.UUID,
    kind: str,
    change: Callable[[StockItem], StockLevels],
    *,
    reference: str,
    actor: Actor,
    note: str,
    now: dt.datetime,
) -> bool:
    """Move units because a person says so.

    Args:
        session: The caller's transaction; the stock item is locked here.
        variant_id: What the units are.
        kind: What is done.
        change: Works it out from the item as it is; refuses what can't be.
        reference: Names the occasion; the same one again does nothing.
        actor: Who says so.
        note: Why.
        now: When.

    Returns:
        False if it was done before.
    """
    item = _locked(session, variant_id)
    done = sa.select(sa.exists().where(StockMovement.reference == reference))
    if session.scalar(done):
        return False
    return _move(session, item, kind, change(item), reference, now, actor=actor, note=note)


def apply_treatment(
    session: Session,
    variant_id: uuid.UUID,
    treatment: Treatment | str,
    *,
    shipped: int,
    unshipped: int,
    reference: str,
    now: dt.datetime,
) -> bool:
    """Do with cancelled units what the decision table answered.

    Args:
        session: The caller's transaction.
        variant_id: What the units are.
        treatment: A ``Treatment``.
        shipped: Units that had left the shop and are back, or are given up.
        unshipped: Units that never left.
        reference: Names the occasion; the same one again does nothing.
        now: When it happens.

    Returns:
        False if it was done before.
    """
    chosen = Treatment(treatment)
    item = _locked(session, variant_id)
    levels = StockLevels(
        on_hand=item.on_hand, reserved=item.reserved, quarantine=item.quarantine, inspect=item.inspect
    )
    change = movement_of(chosen, levels, shipped=shipped, unshipped=unshipped)
    moved = _move(session, item, chosen.value, change, reference, now)
    if moved and chosen is Treatment.LISTING_ZERO:
        listing_id = session.scalar(sa.select(Variant.listing_id).where(Variant.id == variant_id))
        others = (
            sa.select(StockItem.variant_id)
            .join(Variant)
            .where(Variant.listing_id == listing_id, StockItem.on_hand > StockItem.reserved)
        )
        if session.scalar(sa.select(~others.exists())):
            session.execute(sa.update(Listing).where(Listing.id == listing_id).values(active=False))
    return moved
