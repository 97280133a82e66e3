"""Carrying out what was accepted: a worker's chore, in small steps that can be broken off anywhere.

What belongs to a case that hasn't ended is kept until it has, with every instance of it. Rows
stay, with who and when and the fingerprint of a file; words, names of files and content go.
Content is deleted after the commit that says so, and what a worker that died has left is deleted
by the next one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from processes.cases.tables import CancellationCase, CaseEvent
from processes.conversation.reading import erase_words
from processes.conversation.tables import CaseMessage
from processes.evidence.keeping import erase, lock_content
from processes.evidence.store import EvidenceStore
from processes.evidence.tables import Evidence
from processes.privacy.requesting import cases_of, has_ended, holdings_of, tell
from processes.privacy.tables import ContentToDelete, ErasedCase, ErasureRequest
from processes.privacy.words import ERASED, erase_in_case

Transaction = Callable[[], AbstractContextManager[Session]]
BATCH = 100
CASES = 20


def carry_out_erasures(transaction: Transaction, store: EvidenceStore, now: dt.datetime) -> bool:
    """Do one step of what was accepted, and delete the content that nothing needs any more.

    Returns:
        True if there may be more to do at once.
    """
    with transaction() as session:
        request = session.scalar(
            sa.select(ErasureRequest)
            .where(ErasureRequest.status == "accepted", _has_ended_cases_or_nothing())
            .order_by(ErasureRequest.answered_at)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if request is not None:
            _step(session, request, now)
    deleted = _delete_content(transaction, store)
    return request is not None or deleted


def _has_ended_cases_or_nothing() -> sa.ColumnElement[bool]:
    """Whether something can be erased now, or nothing is left to wait for."""
    author = sa.cast(ErasureRequest.account_id, sa.Text)
    left = sa.or_(
        _of(Evidence, Evidence.uploaded_by == author),
        _of(CaseMessage, CaseMessage.author_id == author),
        _acted(author),
    )
    ended = sa.or_(
        _of(Evidence, Evidence.uploaded_by == author, ended=True),
        _of(CaseMessage, CaseMessage.author_id == author, ended=True),
        _acted(author, ended=True),
    )
    return sa.or_(ended, sa.not_(left))


def _of(
    table: type[Evidence | CaseMessage], his: sa.ColumnElement[bool], *, ended: bool = False
) -> sa.ColumnElement[bool]:
    found = sa.select(sa.literal(1)).where(his, table.erased_at.is_(None))
    if ended:
        found = found.where(_ended(table))
    return found.exists()


def _acted(author: sa.ColumnElement[str], *, ended: bool = False) -> sa.ColumnElement[bool]:
    found = cases_of(author, ErasureRequest.account_id)
    if ended:
        found = found.join(CancellationCase, CancellationCase.case_no == CaseEvent.case_no).where(has_ended())
    return found.exists()


def _ended(table: type[Evidence | CaseMessage]) -> sa.ColumnElement[bool]:
    case = CancellationCase
    return (
        sa.select(sa.literal(1)).where(case.case_no == table.case_no, has_ended()).correlate(table).exists()
    )


def _step(session: Session, request: ErasureRequest, now: dt.datetime) -> None:
    author = str(request.account_id)
    pieces = session.scalars(
        sa.select(Evidence)
        .where(Evidence.uploaded_by == author, Evidence.erased_at.is_(None), _ended(Evidence))
        .limit(BATCH)
    ).all()
    for piece in pieces:
        keys = erase(session, piece, now=now)
        if keys:
            rows = [{"storage_key": key, "since": now} for key in keys]
            session.execute(postgresql.insert(ContentToDelete).values(rows).on_conflict_do_nothing())
    messages = session.scalars(
        sa.select(CaseMessage)
        .where(CaseMessage.author_id == author, CaseMessage.erased_at.is_(None), _ended(CaseMessage))
        .limit(BATCH)
    ).all()
    for message in messages:
        erase_words(session, message, now)
    request.files += len(pieces)
    request.messages += len(messages)
    request.cases += _erase_cases(session, request, now)
    left = holdings_of(session, request.account_id)
    if not left.files and not left.messages and not left.cases:
        request.status, request.done_at = "done", now
        request.words = ERASED if request.words else ""
        tell(session, request, "erasure_done", now)


def _erase_cases(session: Session, request: ErasureRequest, now: dt.datetime) -> int:
    """Erase his other words in cases that have ended; returns in how many there were any."""
    cases = cases_of(str(request.account_id), request.account_id)
    cases = cases.join(CancellationCase, CancellationCase.case_no == CaseEvent.case_no).where(has_ended())
    found = 0
    for case_no in session.scalars(cases.limit(CASES)).all():
        rows = erase_in_case(session, case_no, str(request.account_id))
        values = {"request_id": request.id, "erased_at": now, "rows": rows}
        session.execute(
            postgresql.insert(ErasedCase)
            .values(account_id=request.account_id, case_no=case_no, **values)
            .on_conflict_do_update(index_elements=["account_id", "case_no"], set_=values)
        )
        found += rows > 0
    return found


def _delete_content(transaction: Transaction, store: EvidenceStore) -> bool:
    with transaction() as session:
        rows = session.scalars(
            sa.select(ContentToDelete).limit(BATCH).with_for_update(skip_locked=True)
        ).all()
        for row in rows:
            # The same content may have been shown again since, or is being shown now.
            lock_content(session, row.storage_key)
            needed = sa.select(sa.literal(1)).where(
                Evidence.erased_at.is_(None),
                sa.or_(Evidence.storage_key == row.storage_key, Evidence.thumbnail_key == row.storage_key),
            )
            if session.scalar(needed.limit(1)) is None:
                store.delete(row.storage_key)
            session.delete(row)
    return len(rows) == BATCH
