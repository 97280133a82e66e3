"""Tables that are only ever appended to: the database itself refuses changes to their rows."""

from __future__ import annotations

import sqlalchemy as sa

from engine.database import Base

REFUSE_CHANGE = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$
"""


def trigger_sql(table_name: str) -> str:
    """The statement that makes a table append-only, for its creation and for migrations."""
    return (
        f"CREATE OR REPLACE TRIGGER {table_name}_append_only BEFORE UPDATE OR DELETE ON {table_name} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def append_only(model: type[Base]) -> None:
    """Let the database refuse UPDATE and DELETE on a model's table from its creation on."""
    table = sa.inspect(model).local_table
    assert isinstance(table, sa.Table)
    sa.event.listen(table, "after_create", sa.DDL(REFUSE_CHANGE.replace("%", "%%")))
    sa.event.listen(table, "after_create", sa.DDL(trigger_sql(table.name)))
