"""Rulings of the platform: given with reasons, in part or in full, and what they come to."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.ids import new_id
from engine.values import JSON
from processes.cases.tables import CancellationCase
from processes.cases.timeline import record_event
from processes.disputes.errors import OwnRuling, ReasonsMissing, RuledAmountInvalid, RulingMissing
from processes.disputes.hearing import open_dispute
from processes.disputes.rules import RulingKind
from processes.disputes.tables import Ruling
from processes.money.currencies import major_units, minor_units


@dataclass(frozen=True, kw_only=True)
class GivenRuling:
    """What an agent has filled in.

    Attributes:
        ruling: A ``RulingKind``.
        amount: Of a ruling in part, in the currency's own unit.
        fault: Who is at fault; empty to leave it to the table of liability.
    """

    ruling: str
    reasons: str
    freight_payer: str = ""
    fault: str = ""
    amount: float = 0
    keep_goods: bool = False


def record_ruling(
    session: Session,
    case: CancellationCase,
    given: GivenRuling,
    *,
    actor: Actor,
    now: dt.datetime,
    idempotency_key: str,
    on_appeal: bool = False,
) -> None:
    """Append a ruling, once for its key.

    Raises:
        ReasonsMissing: It has none.
        RuledAmountInvalid: It is in part, and its amount is none, or more than was asked for.
        OwnRuling: It is on the appeal against a ruling of the same person.
    """
    kind = RulingKind(given.ruling)
    if not given.reasons.strip():
        raise ReasonsMissing
    open_dispute(session, case, now=now)
    if on_appeal:
        check_impartial(session, case, actor)
    partial = kind is RulingKind.PARTIAL
    amount = _amount(case, given.amount) if partial else None
    written = session.execute(
        postgresql.insert(Ruling)
        .values(
            id=new_id(),
            case_no=case.case_no,
            ruling=kind.value,
            amount=amount,
            reasons=given.reasons.strip(),
            freight_payer=given.freight_payer if kind.grants else "",
            fault=given.fault if kind.grants else "",
            keep_goods=partial and given.keep_goods,
            on_appeal=on_appeal,
            ruled_at=now,
            ruled_by=actor.id,
            ruled_by_name=actor.name,
            idempotency_key=idempotency_key,
        )
        .on_conflict_do_nothing(index_elements=["idempotency_key"])
        .returning(Ruling.id)
    ).first()
    if written is not None:
        record_event(
            session,
            case.case_no,
            "ruling_made",
            actor=actor,
            now=now,
            ruling=kind.value,
            reasons=given.reasons.strip(),
            freight_payer=given.freight_payer if kind.grants else "",
            on_appeal=on_appeal,
            **({"amount": amount, "currency": case.currency} if partial else {}),
        )


def check_impartial(session: Session, case: CancellationCase, actor: Actor) -> None:
    """Refuse somebody who gave the ruling that is appealed against.

    Raises:
        OwnRuling: He did.
    """
    appealed = latest_ruling(session, case)
    if appealed is not None and appealed.ruled_by == actor.id:
        raise OwnRuling


def latest_ruling(session: Session, case: CancellationCase) -> Ruling | None:
    """Return the ruling that stands, or None."""
    return session.scalar(
        sa.select(Ruling)
        .where(Ruling.case_no == case.case_no)
        .order_by(Ruling.ruled_at.desc(), Ruling.id.desc())
        .limit(1)
    )


def apply_ruling(session: Session, case: CancellationCase) -> dict[str, JSON]:
    """Let the ruling that stands take effect, and return what the process needs of it.

    A ruling in part caps the refund of the case, as an amount does that both sides agreed on.

    Raises:
        RulingMissing: There is none.
    """
    ruling = latest_ruling(session, case)
    if ruling is None:
        raise RulingMissing
    if ruling.amount is not None:
        case.agreed_amount = ruling.amount
        session.flush()
    return {
        "ruling": "buyer" if RulingKind(ruling.ruling).grants else "seller",
        "freight_payer": ruling.freight_payer,
        "fault": ruling.fault,
        "keep_goods": ruling.keep_goods,
    }


def _amount(case: CancellationCase, given: float) -> int:
    amount = minor_units(str(given), case.currency)
    if not amount or amount > case.amount:
        raise RuledAmountInvalid(maximum=str(major_units(case.amount, case.currency)), currency=case.currency)
    return amount
