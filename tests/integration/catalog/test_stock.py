"""Stock moves once for each reference, and by the treatment that the decision table answers."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from processes.catalog import stock
from processes.catalog.shops import Goods, create_shop, ensure_variant, restock
from processes.catalog.tables import StockItem, StockMovement, Variant

NOW = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)


@pytest.fixture
def variant(session: Session) -> Variant:
    shop = create_shop(session, slug="s", name="书店", return_address={}, now=NOW)
    variant = ensure_variant(
        session, shop, Goods(sku="BK-1", title="三体", category="books", price=9300), now=NOW
    )
    restock(session, variant, 10, reference="delivery-1", now=NOW)
    stock.reserve(session, variant.id, 4, reference="order:1", now=NOW)
    return variant


def levels(session: Session, variant_id: uuid.UUID) -> tuple[int, int, int, int]:
    item = session.get_one(StockItem, variant_id)
    return item.on_hand, item.reserved, item.quarantine, item.inspect


def test_a_repeated_movement_does_nothing(session: Session, variant: Variant) -> None:
    assert not restock(session, variant, 10, reference="delivery-1", now=NOW)
    assert levels(session, variant.id) == (10, 4, 0, 0)
    assert session.scalar(sa.select(sa.func.count()).select_from(StockMovement)) == 2


@pytest.mark.parametrize(
    ("treatment", "shipped", "unshipped", "expected"),
    [
        ("back", 0, 2, (10, 2, 0, 0)),
        ("back", 2, 0, (12, 4, 0, 0)),
        ("release", 0, 3, (10, 1, 0, 0)),
        ("none", 1, 1, (10, 3, 0, 0)),
        ("quarantine", 2, 0, (10, 4, 2, 0)),
        ("quarantine", 1, 1, (9, 3, 2, 0)),
        ("inspect", 2, 1, (9, 3, 0, 3)),
        ("listing_zero", 0, 2, (2, 2, 0, 0)),
    ],
)
def test_cancelled_units_go_where_the_treatment_says(
    session: Session,
    variant: Variant,
    treatment: str,
    shipped: int,
    unshipped: int,
    expected: tuple[int, int, int, int],
) -> None:
    for _ in range(2):
        stock.apply_treatment(
            session, variant.id, treatment, shipped=shipped, unshipped=unshipped, reference="C1:1", now=NOW
        )
    assert levels(session, variant.id) == expected
    assert variant.listing.active == (treatment != "listing_zero")


def test_counters_stop_at_zero(session: Session, variant: Variant) -> None:
    stock.ship(session, variant.id, 50, reference="parcel", now=NOW)
    assert levels(session, variant.id) == (0, 0, 0, 0)
    stock.apply_treatment(session, variant.id, "release", shipped=0, unshipped=9, reference="C2:1", now=NOW)
    assert levels(session, variant.id) == (0, 0, 0, 0)
    with pytest.raises(sa.exc.IntegrityError, match="on_hand_not_negative"):
        session.execute(sa.update(StockItem).values(on_hand=-1))
