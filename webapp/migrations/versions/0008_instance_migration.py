"""Migrations of running instances between versions of a process."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "migration",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("process_id", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=False),
        sa.Column("plan", JSONB(), nullable=False, comment="scope to scope, element to element"),
        sa.Column(
            "status",
            sa.Text(),
            nullable=False,
            comment="checking, checked, moving, stopped, done or abandoned",
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_at", instant, nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_name", sa.Text(), nullable=False),
        sa.Column("run_at", instant, comment="when it was let run last"),
        sa.Column("run_by", sa.Text()),
        sa.Column("run_name", sa.Text()),
        sa.Column("run_reason", sa.Text()),
        sa.Column("ended_at", instant),
        sa.Column("cursor", sa.Uuid(), comment="the last instance that was checked"),
        sa.Column("checked", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column(
            "movable",
            sa.BigInteger(),
            server_default="0",
            nullable=False,
            comment="by the check; it doesn't go down",
        ),
        sa.Column("moved", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column(
            "left",
            sa.BigInteger(),
            server_default="0",
            nullable=False,
            comment="could move when checked, couldn't later",
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["process_definition.id"], name="fk_migration_source_id_process_definition"
        ),
        sa.ForeignKeyConstraint(
            ["target_id"], ["process_definition.id"], name="fk_migration_target_id_process_definition"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_migration"),
    )
    op.create_index("ix_migration_process", "migration", ["process_id", "id"])
    op.create_table(
        "migration_instance",
        sa.Column("migration_id", sa.Uuid(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False, comment="movable, blocked, moved or left"),
        sa.Column(
            "remarks",
            JSONB(),
            nullable=False,
            comment="obstacles, or what comes and goes with the move",
        ),
        sa.Column("at", instant, nullable=False),
        sa.ForeignKeyConstraint(
            ["migration_id"], ["migration.id"], name="fk_migration_instance_migration_id_migration"
        ),
        sa.PrimaryKeyConstraint("migration_id", "instance_id", name="pk_migration_instance"),
    )
    op.create_index(
        "ix_migration_instance_outcome",
        "migration_instance",
        ["migration_id", "outcome", "instance_id"],
    )
    op.create_table(
        "migration_finding",
        sa.Column("migration_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("element_id", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["migration_id"], ["migration.id"], name="fk_migration_finding_migration_id_migration"
        ),
        sa.PrimaryKeyConstraint(
            "migration_id", "outcome", "code", "scope", "element_id", "detail", name="pk_migration_finding"
        ),
    )
