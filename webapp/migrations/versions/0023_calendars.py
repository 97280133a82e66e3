"""Working days: the days on which shops are closed, and how a deadline came about."""

from __future__ import annotations

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE TABLE shop_closed_day (
            shop_id uuid NOT NULL CONSTRAINT fk_shop_closed_day_shop_id_shop REFERENCES shop (id),
            day date NOT NULL,
            said_at timestamptz NOT NULL,
            said_by text NOT NULL,
            CONSTRAINT pk_shop_closed_day PRIMARY KEY (shop_id, day)
        )
    """)
    op.execute("ALTER TABLE user_task ADD COLUMN due_basis jsonb")
    op.execute("COMMENT ON COLUMN user_task.due_basis IS 'how the deadline came about'")
