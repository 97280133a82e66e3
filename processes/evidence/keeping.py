"""Attaching evidence to a case, showing it to those whom it concerns, erasing it."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.ids import new_id
from processes.cases.tables import CancellationCase
from processes.disputes.access import side_of
from processes.disputes.reading import sealed_hearing
from processes.disputes.rules import may_read
from processes.disputes.tables import Dispute
from processes.evidence.errors import EvidenceNotFound
from processes.evidence.inspecting import Draft
from processes.evidence.store import EvidenceStore
from processes.evidence.tables import Evidence

HEARING_TASKS = frozenset({"task_buyer_statement", "task_seller_statement"})
"""The user tasks in which both sides are heard, each without the other's words and files."""


def attach(
    session: Session,
    case: CancellationCase,
    drafts: Iterable[Draft],
    *,
    occasion: str,
    actor: Actor,
    now: dt.datetime,
) -> None:
    """Write down files as evidence of a case; one that its uploader has shown before counts once.

    Their content is written by :func:`keep`, as the last thing before the commit.

    Args:
        session: The caller's transaction.
        case: One of the actor's.
        drafts: What :func:`processes.evidence.inspecting.inspect_all` found good.
        occasion: ``request``, or the user task with which the files come.
        actor: Who shows them.
        now: When.
    """
    side = "buyer" if actor.may_act_for(f"buyer:{case.buyer_id}") else "seller"
    for draft in drafts:
        lock_content(session, draft.storage_key)
        session.execute(
            postgresql.insert(Evidence)
            .values(
                id=new_id(),
                case_no=case.case_no,
                occasion=occasion,
                side=side,
                uploaded_by=actor.id,
                uploaded_by_name=actor.name,
                uploaded_at=now,
                name=draft.name,
                kind=draft.kind.value,
                content_type=draft.content_type,
                size=draft.size,
                sha256=draft.sha256,
                storage_key=draft.storage_key,
                thumbnail_key=draft.thumbnail_key,
            )
            .on_conflict_do_nothing(constraint="uq_evidence_once")
        )


def lock_content(session: Session, storage_key: str) -> None:
    """Let nobody delete content that is just being shown again, nor show what is just being deleted."""
    key = sa.func.hashtextextended(f"content:{storage_key}", 0)
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))


def keep(store: EvidenceStore, drafts: Iterable[Draft]) -> None:
    """Write the content of files, when nothing else can refuse them any more.

    If the commit itself fails, content is left that no row names and nobody can fetch.
    """
    for draft in drafts:
        store.put(draft.content)
        if draft.thumbnail is not None:
            store.put(io.BytesIO(draft.thumbnail))


def evidence_of(session: Session, case: CancellationCase, actor: Actor) -> Sequence[Evidence]:
    """Return what an actor may see of a case's evidence, the oldest first."""
    side = side_of(session, case, actor)
    if side is None:
        return ()
    found = session.scalars(
        sa.select(Evidence)
        .where(Evidence.case_no == case.case_no, Evidence.erased_at.is_(None))
        .order_by(Evidence.uploaded_at, Evidence.id)
    ).all()
    return [one for one in found if not _is_sealed(session, one, side)]


def find_evidence(session: Session, evidence_id: uuid.UUID, actor: Actor) -> Evidence:
    """Return one piece of evidence.

    Raises:
        EvidenceNotFound: There is none, it was erased, or it is none of the actor's business.
    """
    found = session.execute(
        sa.select(Evidence, CancellationCase)
        .join(CancellationCase, CancellationCase.case_no == Evidence.case_no)
        .where(Evidence.id == evidence_id, Evidence.erased_at.is_(None))
    ).one_or_none()
    side = side_of(session, found[1], actor) if found is not None else None
    if found is None or side is None or _is_sealed(session, found[0], side):
        raise EvidenceNotFound
    evidence: Evidence = found[0]
    return evidence


def erase(session: Session, evidence: Evidence, *, now: dt.datetime) -> list[str]:
    """Make evidence unreadable; who showed it, when, and its fingerprint stay on record.

    Returns:
        The keys whose content nothing else needs: to be deleted once this is committed.
    """
    # The name that somebody gave a file can say as much as what is in it.
    evidence.erased_at, evidence.name = now, ""
    session.flush()
    keys = {key for key in (evidence.storage_key, evidence.thumbnail_key) if key}
    needed = session.execute(
        sa.select(Evidence.storage_key, Evidence.thumbnail_key).where(
            Evidence.erased_at.is_(None),
            sa.or_(Evidence.storage_key.in_(keys), Evidence.thumbnail_key.in_(keys)),
        )
    )
    return sorted(keys - {key for row in needed for key in row})


def _is_sealed(session: Session, evidence: Evidence, reader: str) -> bool:
    """Whether it came with what the other side says in a hearing that still goes on."""
    if evidence.occasion not in HEARING_TASKS:
        return False
    dispute = session.get(Dispute, evidence.case_no)
    if dispute is None or dispute.hearing_opened_at is None:
        return False
    hearing = dispute.hearing if evidence.uploaded_at >= dispute.hearing_opened_at else 0
    return not may_read(side=evidence.side, reader=reader, hearing=hearing, sealed=sealed_hearing(dispute))
