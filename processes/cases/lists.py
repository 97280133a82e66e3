"""Lists of cases by time: a buyer's, a shop's, an order's. A page costs the same wherever it is."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from engine.tables import ActivityChoice, UserTask
from processes.cases.startable import startable_in
from processes.cases.tables import CancellationCase, CaseLine
from processes.cases.walking import matches
from processes.orders.tables import Order
from processes.paging import older, token_of

PAGE_SIZE = 20

Show = Literal["all", "open", "closed", "decided"]


@dataclass(frozen=True, kw_only=True)
class CaseRow:
    """A case with the tasks that wait in it, and what may be started in it."""

    case: CancellationCase
    tasks: tuple[UserTask, ...]
    choices: tuple[ActivityChoice, ...]

    def waits_for(self, group: str) -> bool:
        """Whether somebody of a group has to do something."""
        return any(task.candidate_group == group for task in self.tasks)

    def may_be_started_by(self, group: str) -> bool:
        """Whether somebody of a group may start something."""
        return any(choice.candidate_group == group for choice in self.choices)


@dataclass(frozen=True, kw_only=True)
class CasePage:
    """A page of a list; ``next`` asks for the one after it, None if there is none."""

    rows: list[CaseRow]
    next: str | None


def buyer_cases(
    session: Session,
    account_id: uuid.UUID,
    *,
    show: Show = "all",
    search: str = "",
    after: str | None = None,
    limit: int = PAGE_SIZE,
) -> CasePage:
    """Return a buyer's cases, the latest first.

    Args:
        session: The caller's transaction.
        account_id: The buyer.
        show: Which of them.
        search: A number, or part of a title.
        after: ``next`` of the page before.
        limit: Rows of a page.
    """
    return _page(session, [CancellationCase.buyer_id == account_id], show, search, after, limit)


def shop_cases(
    session: Session,
    shop_ids: Sequence[uuid.UUID],
    *,
    show: Show = "all",
    search: str = "",
    after: str | None = None,
    limit: int = PAGE_SIZE,
) -> CasePage:
    """Return the cases of shops, the latest first; ``decided`` ones by their decision."""
    return _page(session, [CancellationCase.shop_id.in_(shop_ids)], show, search, after, limit)


def decided_cases(
    session: Session, shop_ids: Sequence[uuid.UUID], *, after: str | None = None, limit: int = PAGE_SIZE
) -> CasePage:
    """Return the cases of shops that were decided, the latest decision first."""
    return shop_cases(session, shop_ids, show="decided", after=after, limit=limit)


def order_cases(session: Session, order_id: uuid.UUID) -> list[CancellationCase]:
    """Return the cases of an order with their lines, the latest first."""
    return list(
        session.scalars(
            sa.select(CancellationCase)
            .where(CancellationCase.order_id == order_id)
            .options(selectinload(CancellationCase.lines))
            .order_by(CancellationCase.opened_at.desc(), CancellationCase.case_no.desc())
        )
    )


def keys_meant_by(session: Session, words: str) -> list[str]:
    """Return the business keys that somebody may mean: the words themselves, and the cases of that order."""
    of_order = sa.select(CancellationCase.case_no).where(CancellationCase.order_no == words)
    return [words, *session.scalars(of_order)]


def _page(
    session: Session,
    conditions: list[sa.ColumnElement[bool]],
    show: Show,
    search: str,
    after: str | None,
    limit: int,
) -> CasePage:
    instant = CancellationCase.decided_at if show == "decided" else CancellationCase.opened_at
    query = (
        sa.select(CancellationCase)
        .where(*conditions)
        .options(
            selectinload(CancellationCase.lines).joinedload(CaseLine.order_line),
            joinedload(CancellationCase.order).options(joinedload(Order.shop), joinedload(Order.buyer)),
        )
        .order_by(instant.desc(), CancellationCase.case_no.desc())
        .limit(limit + 1)
    )
    match show:
        case "open":
            query = query.where(CancellationCase.closed_at.is_(None))
        case "closed":
            query = query.where(CancellationCase.closed_at.is_not(None))
        case "decided":
            query = query.where(CancellationCase.decided_at.is_not(None))
        case "all":
            pass
    if words := search.strip():
        query = query.where(matches(words))
    query = query.where(older(after, instant, CancellationCase.case_no))
    found = list(session.scalars(query))
    cases = found[:limit]
    last = cases[-1] if len(found) > limit else None
    case_nos = [case.case_no for case in cases]
    tasks, choices = _tasks(session, case_nos), startable_in(session, case_nos)
    return CasePage(
        rows=[
            CaseRow(
                case=case,
                tasks=tuple(tasks.get(case.case_no, ())),
                choices=tuple(choices.get(case.case_no, ())),
            )
            for case in cases
        ],
        next=_token(last, show) if last else None,
    )


def _tasks(session: Session, case_nos: list[str]) -> dict[str, list[UserTask]]:
    tasks: dict[str, list[UserTask]] = {}
    if case_nos:
        for task in session.scalars(sa.select(UserTask).where(UserTask.business_key.in_(case_nos))):
            tasks.setdefault(task.business_key, []).append(task)
    return tasks


def _token(case: CancellationCase, show: Show) -> str:
    return token_of(case.decided_at if show == "decided" else case.opened_at, case.case_no)
