"""The job engine's tables, as Procrastinate 3.10 defines them.

A new version of Procrastinate brings migrations of its own; they become a migration here,
written so that it changes nothing where the newer schema is already there.
"""

from __future__ import annotations

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Several statements and dollar quotes: sent as they are, without parameters.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(SchemaManager.get_schema())
