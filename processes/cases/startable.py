"""What people may start: the activities of open ad-hoc subprocesses, in cases and in what runs for none.

Nothing waits for them and no deadline runs, so they stand apart from the tasks that wait. A list goes
from what has been offered longest; a page of it costs the same however much there is.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.ad_hoc import ChoiceNotFound
from engine.tables import ActivityChoice
from processes.cases.tables import CancellationCase
from processes.cases.walking import (
    PAGE_SIZE,
    beside_cases,
    capped,
    platform_among,
    searched,
    shops_among,
    walk,
    with_subjects,
)
from processes.paging import position_of, token_of, uuid_or_none
from processes.ports import ProcessEngine

_OPEN = sa.and_(ActivityChoice.enabled, ~ActivityChoice.held)


@dataclass(frozen=True, kw_only=True)
class StartableRow:
    """An activity that may be started.

    Attributes:
        case: That it belongs to; None if its process runs for no case.
        process: The name of that process; empty beside a case.
    """

    choice: ActivityChoice
    case: CancellationCase | None
    process: str


@dataclass(frozen=True, kw_only=True)
class StartablePage:
    """A page of what may be started.

    Attributes:
        next: Asks for the page after it; None if there is none.
        count: How much there is, up to ``COUNT_LIMIT``, whatever is searched.
    """

    rows: list[StartableRow]
    next: str | None
    count: int


def startable(
    session: Session,
    groups: Collection[str],
    *,
    search: str = "",
    after: str | None = None,
    limit: int = PAGE_SIZE,
) -> StartablePage:
    """Return what may be started by somebody of shops or of the platform.

    Args:
        session: The caller's transaction.
        groups: His groups; buyers find theirs with their cases.
        search: Part of a case or order number, of a title, or of the receiver's name; the whole business key
            of what belongs to no case.
        after: ``next`` of the page before; anything else starts at the beginning.
        limit: Rows of a page.
    """
    mine = shops_among(groups) + platform_among(groups)
    return _page(session, mine, searched(session, ActivityChoice, search.strip()), (_OPEN,), after, limit)


def startable_beside_cases(
    session: Session, groups: Collection[str], *, after: str | None = None, limit: int = PAGE_SIZE
) -> StartablePage:
    """Return what a person may start on no case's page; for buyers, operators and analysts."""
    listed = (_OPEN, *beside_cases(ActivityChoice, groups))
    return _page(session, sorted(groups), (), listed, after, limit)


def _page(
    session: Session,
    mine: list[str],
    found_by: Sequence[sa.ColumnElement[bool]],
    listed: Sequence[sa.ColumnElement[bool]],
    after: str | None,
    limit: int,
) -> StartablePage:
    if not mine:
        return StartablePage(rows=[], next=None, count=0)
    conditions = [*listed, *found_by]
    position = position_of(after)
    last = None if position is None else uuid_or_none(position[1])
    if position is not None and last is not None:
        conditions.append(
            sa.tuple_(ActivityChoice.offered_at, ActivityChoice.id)
            > sa.tuple_(sa.literal(position[0]), sa.literal(last))
        )
    found = walk(session, ActivityChoice, ActivityChoice.offered_at, mine, conditions, limit + 1)
    rows = [
        StartableRow(choice=choice, case=about.case, process=about.process)
        for choice, about in with_subjects(session, ActivityChoice, ActivityChoice.offered_at, found[:limit])
    ]
    more = len(found) > limit and rows
    return StartablePage(
        rows=rows,
        next=token_of(rows[-1].choice.offered_at, rows[-1].choice.id) if more else None,
        count=session.scalar(sa.select(capped(ActivityChoice, mine, *listed))) or 0,
    )


def startable_in(session: Session, case_nos: Collection[str]) -> dict[str, list[ActivityChoice]]:
    """Return what anybody may start in some cases, by their numbers, what was offered first in front."""
    found: dict[str, list[ActivityChoice]] = {}
    if case_nos:
        choices = session.scalars(
            sa.select(ActivityChoice)
            .where(ActivityChoice.business_key.in_(case_nos), _OPEN)
            .order_by(ActivityChoice.offered_at, ActivityChoice.element_instance, ActivityChoice.element_id)
        )
        for choice in choices:
            found.setdefault(choice.business_key, []).append(choice)
    return found


def start_in_case(
    session: Session,
    engine: ProcessEngine,
    case: CancellationCase,
    offered: uuid.UUID,
    *,
    begun: int | None,
    actor: Actor,
) -> tuple[uuid.UUID, ...]:
    """Start an activity of a case.

    Args:
        session: The caller's transaction.
        engine: Starts it.
        case: One that the actor may see.
        offered: The id of its ``ActivityChoice``.
        begun: How often it had been started when the actor saw it; None to start it in any case.
        actor: Who starts it.

    Returns:
        The user tasks that wait since then for one of the actor's groups.

    Raises:
        ChoiceNotFound: It is another case's, for others, or there is none.
        TuidanError: What the engine refuses.
    """
    choice = session.get(ActivityChoice, offered)
    if choice is not None and choice.business_key != case.case_no:
        raise ChoiceNotFound
    return engine.start_choice(session, offered, begun=begun, actor=actor)
