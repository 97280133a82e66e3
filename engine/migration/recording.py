"""Writing down what a migration finds out about instances and does with them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from engine.migration.tables import MigrationFinding, MigrationInstance
from engine.spiff.relocating import Remark

DETAIL_MAXIMUM = 200


def record_outcomes(
    session: Session,
    migration_id: uuid.UUID,
    outcomes: Mapping[uuid.UUID, tuple[str, Sequence[Remark]]],
    now: dt.datetime,
) -> None:
    """Keep the outcome of each instance, and count what is said of them by element."""
    if not outcomes:
        return
    row = insert(MigrationInstance)
    session.execute(
        row.on_conflict_do_update(
            index_elements=["migration_id", "instance_id"],
            set_={"outcome": row.excluded.outcome, "remarks": row.excluded.remarks, "at": row.excluded.at},
        ),
        [
            {
                "migration_id": migration_id,
                "instance_id": instance_id,
                "outcome": outcome,
                "remarks": [asdict(remark) for remark in remarks],
                "at": now,
            }
            for instance_id, (outcome, remarks) in outcomes.items()
        ],
    )
    counted = Counter((outcome, r) for outcome, remarks in outcomes.values() for r in dict.fromkeys(remarks))
    if not counted:
        return
    finding = insert(MigrationFinding)
    session.execute(
        finding.on_conflict_do_update(
            index_elements=["migration_id", "outcome", "code", "scope", "element_id", "detail"],
            set_={"count": MigrationFinding.count + finding.excluded.count},
        ),
        [
            asdict(remark) | {"migration_id": migration_id, "outcome": outcome, "count": count}
            for (outcome, remark), count in sorted(counted.items(), key=lambda item: repr(item[0]))
        ],
    )


def failure(error: BaseException, process_id: str) -> Remark:
    """What to say of an instance on which something unforeseen failed."""
    return Remark("failed", process_id, "", detail=f"{type(error).__name__}: {error}"[:DETAIL_MAXIMUM])
