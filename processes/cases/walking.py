"""Reading what is listed for groups, most of it about cases: a page of it, its count, and what is searched.

A page costs the same with a hundred rows or a hundred thousand: it walks the index of what is listed
from where the last page ended, or finds what is searched by its pairs of characters.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased, joinedload, selectinload

from engine.searching import contains
from engine.tables import ActivityChoice, ProcessDefinition, ProcessInstance, UserTask
from processes.cases.tables import CancellationCase, CaseLine
from processes.orders.tables import Order
from processes.people.roles import STAFF_GROUPS, Role

COUNT_LIMIT = 1000
"""A page says "999+" for this many or more."""

PAGE_SIZE = 25

FEW = 200
"""So many cases that have what is searched for are looked up one by one."""

WITHOUT_CASES = frozenset({STAFF_GROUPS[Role.OPERATOR], STAFF_GROUPS[Role.ANALYST]})
"""The groups of those who have no pages of cases, and find all that is theirs in one list."""

Listed = type[UserTask] | type[ActivityChoice]
L = TypeVar("L", UserTask, ActivityChoice)


def shops_among(groups: Iterable[str]) -> list[str]:
    """Those of somebody's groups that are shops."""
    return sorted(group for group in groups if group.startswith("shop:"))


def platform_among(groups: Iterable[str]) -> list[str]:
    """Those of somebody's groups that are the platform's."""
    return sorted(set(groups) & {"platform", "platform_senior"})


def matches(words: str) -> sa.ColumnElement[bool]:
    """A case whose number, order number, goods or receiver has some words in it."""
    return contains(CancellationCase.search_text, words.lower())


@dataclass(frozen=True, kw_only=True)
class About:
    """What something that is listed is about.

    Attributes:
        case: The case; None if it belongs to a process that runs for no case.
        process: The name of that process; empty beside a case.
    """

    case: CancellationCase | None
    process: str


def beside_cases(listed: Listed, groups: Iterable[str]) -> list[sa.ColumnElement[bool]]:
    """Narrow a walk to what isn't done on the page of a case; for groups that have little besides.

    Those who have no pages of cases are told apart here: a condition with an alternative in it would
    make the database read all cases.
    """
    if WITHOUT_CASES.issuperset(groups):
        return []
    case = aliased(CancellationCase)
    return [~sa.exists().where(case.case_no == listed.business_key)]


def searched(session: Session, listed: Listed, words: str) -> list[sa.ColumnElement[bool]]:
    """Narrow a walk to what is searched: to the cases themselves, if few have the words.

    What is about no case is found by its whole business key. A walk in order soon meets what many have, and
    would go through everything for what few have or none; the database can't know beforehand which it is.
    """
    if not words:
        return []
    few = sa.select(CancellationCase.case_no).where(matches(words)).limit(FEW + 1)
    case_nos = session.scalars(few).all()
    if len(case_nos) <= FEW:
        return [listed.business_key.in_([*case_nos, words])]
    return [sa.or_(matches(words), listed.business_key == words)]


def walk(
    session: Session,
    listed: Listed,
    order: InstrumentedAttribute[Any],
    groups: list[str],
    conditions: list[sa.ColumnElement[bool]],
    limit: int,
) -> list[uuid.UUID]:
    """Walk each group's part of the index, then merge: one range cannot span several groups.

    Args:
        session: The caller's transaction.
        listed: What is listed.
        order: What the index orders each group's by, before the id.
        groups: Whose.
        conditions: Beyond the group, on what is listed or on its case.
        limit: How many.
    """
    parts = [
        sa.select(listed.id, order.label("place"))
        .outerjoin(CancellationCase, CancellationCase.case_no == listed.business_key)
        .where(listed.candidate_group == group, *conditions)
        .order_by(order, listed.id)
        .limit(limit)
        .subquery()
        for group in groups
    ]
    merged = sa.union_all(*(sa.select(part.c.id, part.c.place) for part in parts)).subquery()
    return list(session.scalars(sa.select(merged.c.id).order_by(merged.c.place, merged.c.id).limit(limit)))


def with_subjects(
    session: Session, listed: type[L], order: InstrumentedAttribute[Any], ids: list[uuid.UUID]
) -> list[tuple[L, About]]:
    """Return what a walk has found, in its order, each with its case as lists show it, or its process."""
    if not ids:
        return []
    query = (
        sa.select(listed, CancellationCase)
        .outerjoin(CancellationCase, CancellationCase.case_no == listed.business_key)
        .where(listed.id.in_(ids))
        .options(
            selectinload(CancellationCase.lines).joinedload(CaseLine.order_line),
            joinedload(CancellationCase.order).joinedload(Order.buyer),
        )
        .order_by(order, listed.id)
    )
    rows: list[tuple[L, CancellationCase | None]] = [(row, case) for row, case in session.execute(query)]
    names = process_names(session, [row.instance_id for row, case in rows if case is None])
    return [(row, About(case=case, process=names.get(row.instance_id, ""))) for row, case in rows]


def process_names(session: Session, instance_ids: list[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Return what the processes of some instances are called."""
    if not instance_ids:
        return {}
    found = session.execute(
        sa.select(ProcessInstance.id, ProcessDefinition.name)
        .join(ProcessDefinition, ProcessDefinition.id == ProcessInstance.definition_id)
        .where(ProcessInstance.id.in_(instance_ids))
    )
    return {instance_id: name for instance_id, name in found}  # noqa: C416 - typed rows


def capped(listed: Listed, groups: list[str], *conditions: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    """How many there are for some groups, up to ``COUNT_LIMIT``."""
    some = (
        sa.select(sa.literal(1))
        .where(listed.candidate_group.in_(groups), *conditions)
        .limit(COUNT_LIMIT)
        .subquery()
    )
    return sa.select(sa.func.count()).select_from(some).scalar_subquery()
