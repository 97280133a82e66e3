"""The indexes of the record of commands, with what operators start, and by kind, person and instance together."""

from __future__ import annotations

from webapp.migrations.concurrently import create_index, drop_index

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None

_OF_ONE = (
    "'suspended', 'resumed', 'job_suspended', 'job_resumed', 'cancel_requested', 'incident_retried',"
    " 'step_skipped', 'variables_edited', 'tokens_changed', 'restarted', 'activity_commanded'"
)
_SHARED = (
    "'version_suspended', 'version_resumed', 'migrated', 'sent_by_hand', 'started_by_hand',"
    " 'discard_message_asked', 'resend_message_asked'"
)


def upgrade() -> None:
    # What an older release asks for stands in these as well, so that its lists are read by them meanwhile.
    for name, first in (
        ("", ""),
        ("_actor", "actor_id, "),
        ("_kind", "kind, "),
        ("_kind_actor", "kind, actor_id, "),
    ):
        create_index(
            f"ix_history_event_commands{name}", f"history_event ({first}at, id) WHERE kind IN ({_OF_ONE})"
        )
    create_index(
        "ix_history_event_commands_on",
        f"history_event (instance_id, at, id) WHERE kind IN ({_OF_ONE}, {_SHARED})",
    )
    create_index("ix_command_record_at_kind_actor", "command_record (command, actor_id, at, id)")
    for name in ("", "_actor", "_kind"):
        drop_index(f"ix_history_event_command{name}")
