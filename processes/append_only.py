"""Tables that are only ever appended to: the database itself refuses changes to their rows.

Words of people can be erased in them on request: those columns alone, and only in a transaction
that says so.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.database import Base

REFUSE_CHANGE = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING
        MESSAGE = 'table ' || TG_TABLE_NAME || ' is append-only', ERRCODE = 'restrict_violation';
END
$$
"""

REFUSE_CHANGE_BUT_ERASURE = """
CREATE OR REPLACE FUNCTION refuse_change_but_erasure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE' OR current_setting('tuidan.erasing', true) IS DISTINCT FROM 'on'
       OR (TG_LEVEL = 'ROW' AND to_jsonb(NEW) - TG_ARGV <> to_jsonb(OLD) - TG_ARGV) THEN
        RAISE EXCEPTION USING
            MESSAGE = 'table ' || TG_TABLE_NAME || ' is append-only', ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$
"""


def erasable_trigger_sql(table_name: str, column: str) -> tuple[str, str]:
    """The statements that make a table append-only but for the words in a column."""
    function = "refuse_change_but_erasure"
    return (
        f"CREATE OR REPLACE TRIGGER {table_name}_append_only BEFORE UPDATE OR DELETE ON {table_name} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {function}()",
        f"CREATE OR REPLACE TRIGGER {table_name}_words_only BEFORE UPDATE ON {table_name} "
        f"FOR EACH ROW EXECUTE FUNCTION {function}('{column}')",
    )


def allow_erasure(session: Session) -> None:
    """Let the rest of this transaction replace words in tables that are otherwise only appended to."""
    session.execute(sa.text("SET LOCAL tuidan.erasing = 'on'"))


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


def append_only_but_words(model: type[Base], column: str) -> None:
    """Let the database refuse UPDATE and DELETE on a model's table, but for erasing words in a column."""
    after_create(model, REFUSE_CHANGE_BUT_ERASURE, *erasable_trigger_sql(model.__tablename__, column))
