"""Tables that are only ever appended to: the database itself refuses changes to their rows."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engine.database import Base

REFUSE_CHANGE = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING
        MESSAGE = 'table ' || TG_TABLE_NAME || ' is append-only', ERRCODE = 'restrict_violation';
END
$$
"""


def trigger_sql(table_name: str) -> str:
    """The statement that makes a table append-only, for its creation and for migrations."""
    return (
        f"CREATE OR REPLACE TRIGGER {table_name}_append_only BEFORE UPDATE OR DELETE ON {table_name} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def after_create(model: type[Base], *statements: str) -> None:
    """Run statements whenever a model's table has been created from its metadata."""

    def run(_target: sa.Table, connection: sa.Connection, **_options: Any) -> None:
        for statement in statements:
            connection.exec_driver_sql(statement)

    sa.event.listen(model.__table__, "after_create", run)


def append_only(model: type[Base]) -> None:
    """Let the database refuse UPDATE and DELETE on a model's table from its creation on."""
    after_create(model, REFUSE_CHANGE, trigger_sql(model.__tablename__))
