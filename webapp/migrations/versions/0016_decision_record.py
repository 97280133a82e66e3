"""What decision tables were asked and answered, so that it can be explained and replayed."""

from __future__ import annotations

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE TABLE decision_record (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_decision_record PRIMARY KEY,
            instance_id uuid NOT NULL,
            at timestamptz NOT NULL,
            business_key text NOT NULL,
            definition_id uuid NOT NULL,
            process_id text NOT NULL,
            element_id text NOT NULL,
            element_instance bigint NOT NULL,
            decision_id text NOT NULL,
            inputs jsonb,
            outputs jsonb NOT NULL,
            rules jsonb NOT NULL
        )
    """)
    op.execute("COMMENT ON COLUMN decision_record.definition_id IS 'whose deployment has the table'")
    op.execute(
        "COMMENT ON COLUMN decision_record.process_id IS"
        " 'the process that draws the task, called ones included'"
    )
    op.execute("COMMENT ON COLUMN decision_record.inputs IS 'none if they were too large'")
    op.execute("COMMENT ON COLUMN decision_record.rules IS 'the ids of those that matched'")
    op.execute("CREATE INDEX ix_decision_record_replay ON decision_record (decision_id, id)")
    op.execute("CREATE INDEX ix_decision_record_key ON decision_record (business_key, decision_id, id)")
