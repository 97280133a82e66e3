"""Whether a seller's refusal is proved, where its code asks for more than words."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from processes.cases.reasons import REFUSALS
from processes.evidence.errors import ProofMissing
from processes.evidence.tables import Evidence


def check_proof(session: Session, case_no: str, refusal_code: str | None) -> None:
    """Refuse a refusal that should be proved, and isn't by any file of the shop's in the case.

    Raises:
        ProofMissing: The shop has shown nothing.
    """
    refusal = REFUSALS.get(refusal_code or "")
    if refusal is None or not refusal.proof:
        return
    shown = sa.exists().where(
        Evidence.case_no == case_no, Evidence.side == "seller", Evidence.erased_at.is_(None)
    )
    if not session.scalar(sa.select(shown)):
        raise ProofMissing(refusal_code=refusal.code)
