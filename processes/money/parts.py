"""Reading the parts of a refund with what is known of their attempts."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from processes.money.errors import RefundNotFound
from processes.money.gateway import RefundRequest
from processes.money.tables import Refund, RefundPart


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part as it was read under the lock; nobody else changes it while that is held."""

    id: uuid.UUID
    position: int
    case_no: str
    status: str
    attempts: int
    failures: int
    outcome: str | None
    request: RefundRequest

    @property
    def undecided(self) -> bool:
        """Whether it was submitted, and what became of that is not known for certain."""
        return self.attempts > 0 and self.outcome in {None, "unknown", "pending"}


def read_parts(session: Session, refund_no: str) -> tuple[str, list[Part]]:
    """Return the status of a refund and its parts, as the database has them now.

    Raises:
        RefundNotFound: There is no such refund.
    """
    found = (
        session.scalars(
            sa.select(Refund)
            .where(Refund.refund_no == refund_no)
            .options(
                joinedload(Refund.parts).options(
                    joinedload(RefundPart.payment), joinedload(RefundPart.attempts)
                )
            )
            .execution_options(populate_existing=True)
        )
        .unique()
        .one_or_none()
    )
    if found is None:
        raise RefundNotFound
    return found.status, [_part(found, part) for part in found.parts]


def _part(refund: Refund, part: RefundPart) -> Part:
    latest = part.attempts[-1] if part.attempts else None
    failures = sum(attempt.outcome == "failed" for attempt in part.attempts)
    return Part(
        id=part.id,
        position=part.position,
        case_no=refund.case_no,
        status=part.status,
        attempts=latest.attempt_no if latest else 0,
        failures=failures,
        outcome=latest.outcome if latest else None,
        request=RefundRequest(
            refund_no=part.refund_no,
            attempt_no=latest.attempt_no if latest else 0,
            payment_no=part.payment.payment_no,
            payment_reference=part.payment.reference,
            tender=part.tender,
            amount=part.amount,
            captured=part.payment.captured,
            currency=refund.currency,
            # What is asked about is the latest attempt, even if that has failed itself.
            movement=failures + (0 if latest is not None and latest.outcome == "failed" else 1),
            # Before there were others, every attempt went to the embedded ledger.
            gateway=latest.request.get("gateway", "ledger") if latest else "",
        ),
    )
