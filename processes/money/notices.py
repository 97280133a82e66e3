"""What payment providers tell us of their own accord. It is never believed: it only says where to ask.

A notice wakes the process that waits for a refund, which then asks the provider. So notices may
come late, twice or in any order: what counts is what the provider answers when it is asked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from engine.actors import SYSTEM
from engine.retention import delete_part
from processes.chargebacks.recording import cases_of, record_chargeback
from processes.chargebacks.watching import watch
from processes.money.tables import GatewayNotice, Refund
from processes.ports import ProcessEngine

REFUND_NEWS = "refund_news"
"""The message that a waiting refund takes."""


@dataclass(frozen=True, kw_only=True)
class Notice:
    """A notice whose signature was right.

    Attributes:
        provider: Who sent it.
        notice_id: The provider's; repeated, it is the same notice.
        refund_no: Ours; empty for a refund that isn't ours.
        failed: Whether it says that the refund has failed.
    """

    provider: str
    notice_id: str
    refund_no: str
    failed: bool


@dataclass(frozen=True, kw_only=True)
class ChargebackNotice:
    """A notice that a buyer disputes a payment at his bank, or of what became of that.

    Attributes:
        reference: The provider's number for the dispute.
        payment_references: Its numbers for the payment.
        amount: Disputed, in minor units.
    """

    provider: str
    notice_id: str
    reference: str
    payment_references: tuple[str, ...]
    amount: int


class NoticeReader(Protocol):
    """Reads what one provider sends."""

    def read(self, headers: Mapping[str, str], body: bytes) -> Notice | ChargebackNotice | None:
        """Return a notice, or None for one about something else.

        Raises:
            NoticeRefused: Its signature is wrong, it is too old, or it can't be read.
        """
        ...


def take_notice(
    session: Session, engine: ProcessEngine, notice: Notice | ChargebackNotice, *, now: dt.datetime
) -> None:
    """Let the refund that a notice is about be asked for; the same notice again does nothing.

    A refund that waits is asked for at once. One that has settled, and is said to have failed, is
    looked at again. A charge-back is written down, and asked about before anything is refunded
    beside it. Nothing tells the sender whether there is such a refund or payment.

    Args:
        session: The caller's transaction.
        engine: Runs the refunds.
        notice: From a :class:`NoticeReader`.
        now: When it came.
    """
    new = session.execute(
        postgresql.insert(GatewayNotice)
        .values(
            provider=notice.provider,
            notice_id=notice.notice_id,
            refund_no=notice.refund_no if isinstance(notice, Notice) else "",
            received_at=now,
        )
        .on_conflict_do_nothing()
        .returning(GatewayNotice.notice_id)
    ).first()
    if new is None:
        return
    if isinstance(notice, ChargebackNotice):
        _take_chargeback(session, engine, notice, now)
        return
    refund = session.get(Refund, notice.refund_no)
    if refund is None:
        return
    woken = engine.correlate(session, REFUND_NEWS, business_key=refund.case_no, actor=SYSTEM)
    if not woken and notice.failed and refund.status == "succeeded":
        doubt(session, engine, refund)


def _take_chargeback(
    session: Session, engine: ProcessEngine, notice: ChargebackNotice, now: dt.datetime
) -> None:
    chargeback = record_chargeback(
        session,
        provider=notice.provider,
        reference=notice.reference,
        payment_references=notice.payment_references,
        amount=notice.amount,
        now=now,
    )
    if chargeback is None:
        return
    watch(session, engine, chargeback)
    for case_no in cases_of(session, chargeback.payment):
        engine.correlate(session, REFUND_NEWS, business_key=case_no, actor=SYSTEM)


def doubt(session: Session, engine: ProcessEngine, refund: Refund) -> None:
    """Start the process that looks at a settled refund again."""
    case = refund.case
    engine.start(
        session,
        "refund_recheck",
        business_key=refund.case_no,
        variables={
            "case_id": refund.case_no,
            "refund_no": refund.refund_no,
            "shop_id": str(case.shop_id),
            "buyer_id": str(case.buyer_id),
            "order_no": case.order_no,
            # The refund was worked out before; these are no longer looked at.
            "freight_payer": refund.freight_payer,
            "refund_freight": refund.freight > 0,
        },
        actor=SYSTEM,
    )


def forget_notices(session: Session, before: dt.datetime) -> bool:
    """Delete a part of the notices that no provider sends again; returns whether there may be more."""
    return delete_part(session, GatewayNotice, GatewayNotice.received_at < before)
