"""What was said of each parcel that is to be stopped, by whom, and when its case went on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("interception", sa.Column("answer", sa.Text()))
    op.add_column("interception", sa.Column("answered_by", sa.Text()))
    op.add_column("interception", sa.Column("answered_by_name", sa.Text()))
    op.add_column("interception", sa.Column("concluded_at", sa.DateTime(timezone=True)))
    op.create_check_constraint(
        "answer_known", "interception", "answer IN ('accepted', 'refused', 'too_late', 'unanswered')"
    )
    op.create_index("ix_interception_case_no", "interception", ["case_no"])
    # What a version before this one has ended isn't answered for again.
    op.execute(
        "UPDATE interception i SET concluded_at = coalesce(i.ended_at, c.closed_at)"
        " FROM cancellation_case c WHERE c.case_no = i.case_no AND c.closed_at IS NOT NULL"
    )
