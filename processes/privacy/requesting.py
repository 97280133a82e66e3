"""Asking for what one has shown and written to be erased, and the platform's answer.

Source: the Personal Information Protection Law of the People's Republic of China, articles 47
(erasure on request) and 50 (a refusal gives its reasons).
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from engine.actors import Actor
from engine.tables import ProcessInstance
from processes.cases.tables import CancellationCase, CaseEvent
from processes.conversation.tables import CaseMessage
from processes.evidence.tables import Evidence
from processes.notifications.sending import AGENTS, notify_account, notify_staff
from processes.people.tables import Account
from processes.privacy.errors import ErasureAskedAlready, ErasureNotFound, RefusalUnexplained
from processes.privacy.tables import ErasedCase, ErasureRequest

LONGEST_WORDS = 1_000
OPEN = ("waiting", "accepted")
LIST_LIMIT = 200


@dataclass(frozen=True, kw_only=True)
class Holdings:
    """What somebody has shown and written that can still be read.

    Attributes:
        cases: In how many cases he did something, so that other words of his may be there.
        open_cases: How many cases with something of his haven't ended: theirs is erased only then.
    """

    files: int
    messages: int
    cases: int
    open_cases: int


def holdings_of(session: Session, account_id: uuid.UUID) -> Holdings:
    """Count what there is to erase."""
    files = sa.select(Evidence.case_no).where(
        Evidence.uploaded_by == str(account_id), Evidence.erased_at.is_(None)
    )
    messages = sa.select(CaseMessage.case_no).where(
        CaseMessage.author_id == str(account_id), CaseMessage.erased_at.is_(None)
    )
    acted = cases_of(str(account_id), account_id)
    cases = files.union(messages, acted).subquery()
    running = (
        sa.select(sa.func.count())
        .select_from(CancellationCase)
        .where(CancellationCase.case_no.in_(sa.select(cases.c.case_no)), ~has_ended())
    )
    return Holdings(
        files=session.scalar(sa.select(sa.func.count()).select_from(files.subquery())) or 0,
        messages=session.scalar(sa.select(sa.func.count()).select_from(messages.subquery())) or 0,
        cases=session.scalar(sa.select(sa.func.count()).select_from(acted.subquery())) or 0,
        open_cases=session.scalar(running) or 0,
    )


def cases_of(
    author: str | sa.ColumnElement[str], account_id: uuid.UUID | InstrumentedAttribute[uuid.UUID]
) -> sa.Select[str]:
    """The cases in which somebody did something since his words there were last erased, if ever."""
    event, erased = CaseEvent, ErasedCase
    done = sa.exists().where(
        erased.account_id == account_id, erased.case_no == event.case_no, erased.erased_at >= event.at
    )
    return sa.select(event.case_no).where(event.actor_id == author, ~done).distinct()


def has_ended() -> sa.ColumnElement[bool]:
    """Whether a case is closed, and no instance goes on from which its words would come back."""
    case, instance = CancellationCase, ProcessInstance
    running = sa.exists().where(instance.business_key == case.case_no, instance.status == "running")
    return sa.and_(case.closed_at.is_not(None), ~running)


def latest_request(session: Session, account_id: uuid.UUID) -> ErasureRequest | None:
    """Somebody's latest request, however it was answered."""
    return session.scalar(
        sa.select(ErasureRequest)
        .where(ErasureRequest.account_id == account_id)
        .order_by(ErasureRequest.asked_at.desc(), ErasureRequest.id.desc())
        .limit(1)
    )


def request_erasure(session: Session, account_id: uuid.UUID, *, words: str, now: dt.datetime) -> None:
    """Ask for erasure.

    Raises:
        ErasureAskedAlready: A request is open.
    """
    session.get_one(Account, account_id, with_for_update=True)
    known = latest_request(session, account_id)
    if known is not None and known.status in OPEN:
        raise ErasureAskedAlready
    asked = ErasureRequest(account_id=account_id, asked_at=now, words=words.strip()[:LONGEST_WORDS])
    session.add(asked)
    session.flush()
    notify_staff(
        session,
        AGENTS,
        template="erasure_asked",
        params={},
        link="/platform/erasures",
        key=f"erasure_asked:{asked.id}",
        now=now,
    )


def withdraw_erasure(session: Session, account_id: uuid.UUID) -> None:
    """Take back a request that hasn't been answered; otherwise it does nothing."""
    session.execute(
        sa.update(ErasureRequest)
        .where(ErasureRequest.account_id == account_id, ErasureRequest.status == "waiting")
        .values(status="withdrawn")
    )


def open_requests(session: Session) -> list[tuple[ErasureRequest, Account]]:
    """The requests that wait for an answer or for cases to end, the oldest first."""
    rows = session.execute(
        sa.select(ErasureRequest, Account)
        .join(Account, Account.id == ErasureRequest.account_id)
        .where(ErasureRequest.status.in_(OPEN))
        .order_by(ErasureRequest.asked_at)
        .limit(LIST_LIMIT)
    )
    return [(row[0], row[1]) for row in rows]


def accept_erasure(session: Session, request_id: uuid.UUID, *, actor: Actor, now: dt.datetime) -> None:
    """Let a request be carried out.

    Raises:
        ErasureNotFound: It doesn't wait for an answer.
    """
    _answer(session, request_id, actor, now).status = "accepted"


def refuse_erasure(
    session: Session, request_id: uuid.UUID, *, reason: str, actor: Actor, now: dt.datetime
) -> None:
    """Refuse a request, with the reason.

    Raises:
        ErasureNotFound: It doesn't wait for an answer.
        RefusalUnexplained: Without words.
    """
    words = reason.strip()[:LONGEST_WORDS]
    if not words:
        raise RefusalUnexplained
    request = _answer(session, request_id, actor, now)
    request.status, request.refusal = "refused", words
    tell(session, request, "erasure_refused", now, refusal_words=words)


def tell(session: Session, request: ErasureRequest, template: str, now: dt.datetime, **params: str) -> None:
    """Tell the person how a request stands."""
    notify_account(
        session,
        request.account_id,
        template=template,
        params=dict(params),
        link="/settings",
        key=f"{template}:{request.id}",
        now=now,
    )


def _answer(session: Session, request_id: uuid.UUID, actor: Actor, now: dt.datetime) -> ErasureRequest:
    request = session.get(ErasureRequest, request_id, with_for_update=True, populate_existing=True)
    if request is None or request.status != "waiting":
        raise ErasureNotFound
    request.answered_at, request.answered_by = now, actor.id
    return request
