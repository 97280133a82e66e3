"""Replaying a changed decision table over past decisions, in batches; nothing is written to the cases."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.batches import ask_for_batch
from engine.candidates import Candidate
from engine.ids import new_id
from engine.runtime import Engine
from engine.tables import DecisionRecord
from processes.automation.summing import add_to_sums
from processes.automation.tables import WhatIf, WhatIfChange
from processes.cases.tables import CancellationCase

REPLAY = "what_if"
BATCH = 500
WITHOUT_LIMIT = 10_000


def ask_what_if(
    session: Session,
    *,
    decision_id: str,
    file_name: str,
    text: str,
    since: dt.datetime,
    actor: Actor,
    now: dt.datetime,
) -> uuid.UUID:
    """Let a changed table be replayed over the decisions since an instant.

    Raises:
        CandidateInvalid: If the file has no such table that can be asked.
    """
    Candidate(file_name, text, decision_id)
    record = DecisionRecord
    of_table = sa.select(record.id).where(record.decision_id == decision_id)
    last_id = session.scalar(of_table.order_by(record.id.desc()).limit(1)) or 0
    oldest = of_table.where(record.at >= since).order_by(record.at, record.id).limit(1)
    first_id = session.scalar(oldest) or last_id + 1
    run = WhatIf(
        id=new_id(),
        decision_id=decision_id,
        file_name=file_name,
        text=text,
        asked_at=now,
        asked_by=actor.id,
        asked_name=actor.name,
        since=since,
        status="running",
        first_id=first_id,
        last_id=last_id,
        cursor=first_id - 1,
    )
    session.add(run)
    session.flush()
    ask_for_batch(session, REPLAY, run.id)
    return run.id


def register_what_if(engine: Engine) -> None:
    """Let the engine's workers replay changed tables."""

    def replay(subject: uuid.UUID) -> bool:
        return replay_batch(engine, subject)

    engine.batches[REPLAY] = replay


def replay_batch(engine: Engine, what_if_id: uuid.UUID) -> bool:
    """Replay the next decisions; whether there may be more."""
    with engine.transaction() as session:
        run = session.get(WhatIf, what_if_id, with_for_update=True)
        if run is None or run.status != "running":
            return False
        rows = _next(session, run)
        if not rows:
            run.without_record = _without_record(session, run)
            run.status, run.ended_at = "done", engine.clock.now()
            return False
        table = Candidate(run.file_name, run.text, run.decision_id)
        versions = {digest: list(counts) for digest, counts in run.versions.items()}
        changed: list[WhatIfChange] = []
        for record, case in rows:
            counts = versions.setdefault(record.digest or "", [0, 0])
            counts[0] += 1
            if record.inputs is None:
                run.unrecorded += 1
                continue
            after = table.answer(record.inputs)
            run.unanswered += after is None
            if after != record.outputs:
                run.changed += 1
                counts[1] += 1
                changed.append(_change(run, record, case, after))
        add_to_sums(session, run.id, changed)
        session.add_all(changed)
        run.versions = versions
        run.replayed += len(rows)
        run.cursor = rows[-1][0].id
        return True


def _next(session: Session, run: WhatIf) -> Sequence[Any]:
    record = DecisionRecord
    return session.execute(
        sa.select(record, CancellationCase)
        .outerjoin(CancellationCase, CancellationCase.case_no == record.business_key)
        .where(record.decision_id == run.decision_id, record.id > run.cursor, record.id <= run.last_id)
        .where(record.at >= run.since)
        .order_by(record.id)
        .limit(BATCH)
    ).all()


def _change(
    run: WhatIf, record: DecisionRecord, case: CancellationCase | None, after: dict[str, Any] | None
) -> WhatIfChange:
    return WhatIfChange(
        what_if_id=run.id,
        record_id=record.id,
        business_key=record.business_key,
        shop_id=case.shop_id if case else None,
        reason=case.reason if case else None,
        currency=case.currency if case else None,
        amount=(case.refunded or case.amount) if case else None,
        before=record.outputs,
        after=after,
        digest=record.digest,
    )


def _without_record(session: Session, run: WhatIf) -> int:
    """Cases of the time that this table was never asked for, or before its answers were kept."""
    record = DecisionRecord
    asked = sa.select(record.id).where(
        record.business_key == CancellationCase.case_no, record.decision_id == run.decision_id
    )
    cases = (
        sa.select(CancellationCase.case_no)
        .where(CancellationCase.opened_at >= run.since, CancellationCase.opened_at <= run.asked_at)
        .where(~asked.exists())
        .limit(WITHOUT_LIMIT)
        .subquery()
    )
    return session.scalar(sa.select(sa.func.count()).select_from(cases)) or 0
