"""Appeals against a first ruling: each side may accept it or appeal, once; an appeal is heard anew."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.tables import UserTask
from processes.cases.tables import CancellationCase
from processes.cases.timeline import record_event
from processes.disputes.errors import RulingMissing
from processes.disputes.ruling import latest_ruling
from processes.disputes.tables import Appeal, Ruling

APPEAL_TASKS = frozenset({"task_rule_appeal", "task_rule_appeal_late"})
"""The user tasks in which a senior agent rules on an appeal, in time and out of it."""


def record_answer(
    session: Session,
    case: CancellationCase,
    *,
    side: str,
    answer: str,
    text: str,
    actor: Actor,
    now: dt.datetime,
) -> None:
    """Record how a side answers the ruling; repeated, it does nothing.

    Raises:
        RulingMissing: There is no ruling to answer.
    """
    ruling = latest_ruling(session, case)
    if ruling is None:
        raise RulingMissing
    if answer != "appeal":
        record_event(session, case.case_no, "ruling_accepted", actor=actor, now=now, side=side)
        return
    written = session.execute(
        postgresql.insert(Appeal)
        .values(
            ruling_id=ruling.id,
            side=side,
            text=text.strip(),
            at=now,
            author_id=actor.id,
            author_name=actor.name,
        )
        .on_conflict_do_nothing(index_elements=["ruling_id", "side"])
        .returning(Appeal.side)
    ).first()
    if written is not None:
        record_event(session, case.case_no, "appeal_made", actor=actor, now=now, side=side, text=text.strip())


def appeals_against(session: Session, case: CancellationCase) -> list[str]:
    """Return the sides that have appealed against the ruling that stands."""
    ruling = latest_ruling(session, case)
    if ruling is None or ruling.on_appeal:
        return []
    return list(
        session.scalars(sa.select(Appeal.side).where(Appeal.ruling_id == ruling.id).order_by(Appeal.at))
    )


def is_own_ruling(rulings: list[Ruling], actor: Actor) -> bool:
    """Whether the ruling that stands is the actor's, so that its appeal is for somebody else."""
    return bool(rulings) and rulings[-1].ruled_by == actor.id


def appeals_for_others(session: Session, tasks: Iterable[UserTask], actor: Actor) -> set[str]:
    """Return the cases among a page of tasks whose appeal somebody else has to rule on; one statement.

    Args:
        session: The caller's transaction.
        tasks: Those of one page of a list; only appeals count.
        actor: Whose own rulings are appealed against.
    """
    wanted = [task.business_key for task in tasks if task.element_id in APPEAL_TASKS]
    if not wanted:
        return set()
    standing = (
        sa.select(Ruling.case_no, Ruling.ruled_by)
        .where(Ruling.case_no.in_(wanted))
        .ext(postgresql.distinct_on(Ruling.case_no))
        .order_by(Ruling.case_no, Ruling.ruled_at.desc(), Ruling.id.desc())
        .subquery()
    )
    return set(session.scalars(sa.select(standing.c.case_no).where(standing.c.ruled_by == actor.id)))
