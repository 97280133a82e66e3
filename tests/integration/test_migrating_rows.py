"""What migrations do to rows that an older version has left behind."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from engine.database import create_database
from tests.databases import DatabaseServer
from webapp import migrations

NOW = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
EARLIER = NOW - dt.timedelta(days=9)

DUMMIES: dict[str, Any] = {
    "uuid": lambda: uuid.uuid4(),
    "text": lambda: uuid.uuid4().hex,
    "bigint": lambda: 1,
    "integer": lambda: 1,
    "boolean": lambda: False,
    "jsonb": lambda: "{}",
    "timestamp with time zone": lambda: NOW,
}


@pytest.fixture
def empty(postgres: DatabaseServer) -> Iterator[sa.Engine]:
    """A database without any table."""
    url = postgres.create(template=None)
    engine = create_database(url)
    yield engine
    engine.dispose()
    postgres.drop(url)


def insert(connection: sa.Connection, table: str, **values: Any) -> dict[str, Any]:
    """Write a row; what has to be there and isn't given is anything of its type."""
    needed = connection.execute(
        sa.text(
            "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = :table "
            "AND is_nullable = 'NO' AND column_default IS NULL AND table_schema = 'public'"
        ),
        {"table": table},
    )
    row = {name: DUMMIES[kind]() for name, kind in needed} | values
    columns = ", ".join(row)
    places = ", ".join(f":{name}" for name in row)
    connection.execute(sa.text(f"INSERT INTO {table} ({columns}) VALUES ({places})"), row)  # noqa: S608
    return row


# By state of the order, state of the parcel (None: nothing was shipped), whether it had lapsed or was taken:
# why it has ended now, and since when; None if it stands, or was taken.
OLD_OFFERS = [
    (("shipped", "in_transit", ""), (None, None)),
    (("paid", None, ""), (None, None)),
    (("shipped", "delivered", "lapsed"), ("delivered", EARLIER)),
    (("shipped", "returned", "lapsed"), ("returned", EARLIER)),
    (("shipped", None, "lapsed"), ("shipped", EARLIER)),
    # Until then they were only hidden.
    (("cancelled", "in_transit", ""), ("cancelled", NOW)),
    (("completed", "delivered", ""), ("completed", NOW)),
    (("cancelled", "in_transit", "taken"), (None, None)),
    (("completed", "delivered", "lapsed"), ("delivered", EARLIER)),
]


def test_offers_of_an_older_version_say_why_they_ended(empty: sa.Engine) -> None:
    migrations.upgrade(empty, to="0055")
    expected = {}
    with empty.begin() as connection:
        # Rows of one table are enough: what they refer to isn't asked for.
        connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
        for (order_state, parcel_state, how), ended in OLD_OFFERS:
            at = {f"{order_state}_at": NOW} if order_state in ("cancelled", "completed") else {}
            order = insert(connection, "customer_order", state=order_state, **at)
            parcel = parcel_state and insert(
                connection, "shipment", order_id=order["id"], state=parcel_state, direction="outbound"
            )
            offer = insert(
                connection,
                "cancellation_offer",
                order_id=order["id"],
                shipment_id=parcel["id"] if parcel else None,
                lapsed_at=EARLIER if how == "lapsed" else None,
                case_no="C1" if how == "taken" else None,
            )
            expected[offer["id"]] = (1, *ended)

    migrations.upgrade(empty)

    with empty.connect() as connection:
        rows = connection.execute(sa.text("SELECT id, made, ended_by, lapsed_at FROM cancellation_offer"))
        assert {row.id: (row.made, row.ended_by, row.lapsed_at) for row in rows} == expected
