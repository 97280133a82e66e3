"""The declarative base that every table of the product hangs on, and opening an engine.

Nothing connects at import: the composition root calls :func:`create_database`.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import DeclarativeBase

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The one registry of tables; instants are always with a time zone."""

    metadata = sa.MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        dt.datetime: sa.DateTime(timezone=True),
        uuid.UUID: sa.Uuid(),
        dict[str, Any]: postgresql.JSONB(),
        list[Any]: postgresql.JSONB(),
        str: sa.Text(),
        int: sa.BigInteger(),
    }


def create_database(url: str, *, pool_size: int = 10) -> sa.Engine:
    """Open a pool on a PostgreSQL server.

    Args:
        url: A ``postgresql://`` address; the driver is psycopg 3 whatever it names.
        pool_size: Connections kept open; as many again may be opened under load.
    """
    address = sa.make_url(url).set(drivername="postgresql+psycopg")
    return sa.create_engine(
        address,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_pre_ping=False,
        json_serializer=lambda value: json.dumps(value, ensure_ascii=False, separators=(",", ":")),
        connect_args={"options": "-c timezone=UTC"},
    )
