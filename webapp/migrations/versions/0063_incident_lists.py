"""Indexes that lists of incidents walk by their instants, whatever they are filtered by."""

from __future__ import annotations

from webapp.migrations.concurrently import create_index, drop_index

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None

_FILTERS = {
    "at": "",
    "kind": "kind, ",
    "process_at": "process_id, ",
    "element": "element_id, ",
    "process_kind": "process_id, kind, ",
}


def upgrade() -> None:
    for state, where in (("open", "resolved_at IS NULL"), ("resolved", "resolved_at IS NOT NULL")):
        for name, first in _FILTERS.items():
            create_index(f"ix_incident_{state}_{name}", f"incident ({first}occurred_at, id) WHERE {where}")
    for name in ("open_since", "resolved_process"):
        drop_index(f"ix_incident_{name}")
