"""Who may see a case. Whoever may not learns no more than that there is none."""

from __future__ import annotations

from sqlalchemy.orm import Session

from engine.actors import Actor
from processes.cases.errors import CaseNotFound
from processes.cases.tables import CancellationCase

STAFF = frozenset({"platform", "platform_senior", "operator"})


def may_see(case: CancellationCase, actor: Actor) -> bool:
    """Whether an actor is the buyer, of the shop, or of the platform's staff."""
    return bool(actor.groups & (STAFF | {f"buyer:{case.buyer_id}", f"shop:{case.shop_id}"}))


def visible_case(session: Session, case_no: str, actor: Actor) -> CancellationCase:
    """Return a case.

    Raises:
        CaseNotFound: There is none, or the actor may not see it.
    """
    case = session.get(CancellationCase, case_no)
    if case is None or not may_see(case, actor):
        raise CaseNotFound
    return case
