"""A dispute as somebody may read it: while a hearing goes on, without what the other side says in it."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from engine.actors import Actor
from processes.cases.tables import CancellationCase
from processes.disputes.access import side_of
from processes.disputes.rules import may_read
from processes.disputes.tables import Dispute, Ruling, Statement


@dataclass(frozen=True, kw_only=True)
class DisputeView:
    """What a reader sees of a dispute.

    Attributes:
        statements: Those that he may read, the oldest first.
        sealed: A hearing goes on, so that he doesn't read what the other side says in it.
        rulings: The oldest first, each with the appeals against it.
        appealed: The first ruling and the one on its appeal, to be read side by side; None if
            the ruling that stands isn't on an appeal.
    """

    dispute: Dispute
    statements: list[Statement]
    sealed: bool
    rulings: list[Ruling]
    appealed: tuple[Ruling, Ruling] | None


def dispute_view(session: Session, case: CancellationCase, actor: Actor) -> DisputeView | None:
    """Return the dispute about a case, or None if it never came before the platform."""
    dispute = session.scalar(
        sa.select(Dispute)
        .where(Dispute.case_no == case.case_no)
        .options(selectinload(Dispute.statements), selectinload(Dispute.rulings).selectinload(Ruling.appeals))
    )
    if dispute is None:
        return None
    reader = side_of(session, case, actor) or "platform"
    sealed = sealed_hearing(dispute)
    rulings = dispute.rulings
    return DisputeView(
        dispute=dispute,
        statements=[
            one
            for one in dispute.statements
            if may_read(side=one.side, reader=reader, hearing=one.hearing, sealed=sealed)
        ],
        sealed=sealed is not None and reader in ("buyer", "seller"),
        rulings=rulings,
        appealed=(rulings[-2], rulings[-1]) if len(rulings) > 1 and rulings[-1].on_appeal else None,
    )


def sealed_hearing(dispute: Dispute) -> int | None:
    """Return the number of the hearing that goes on, or None."""
    return dispute.hearing if dispute.sealed else None
