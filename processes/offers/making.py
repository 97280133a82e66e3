"""Making an offer and answering it, as the seller's process goes along; each is harmless when repeated."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.tables import UserTask
from engine.values import Variables
from processes.cases.carrying import mark, note_answer, record_decision, release_goods
from processes.cases.rules import CaseStatus
from processes.cases.tables import CancellationCase
from processes.cases.timeline import record_event
from processes.money.currencies import major_units, minor_units
from processes.offers.errors import OfferAmountInvalid, OfferKindRefused, OfferNotOpen, OffersTooMany
from processes.offers.reading import least_left, offers_left
from processes.offers.rules import OfferAnswer, OfferKind, as_duration, kinds_for, reminders, time_left
from processes.offers.tables import CaseOffer, Exchange

REVIEW_TASK = "task_review_request"


def make_offer(
    session: Session,
    case: CancellationCase,
    *,
    kind: str,
    amount: str,
    text: str,
    actor: Actor,
    now: dt.datetime,
    idempotency_key: str,
) -> CaseOffer:
    """Record what a shop offers; what the buyer then says, his process asks him.

    Args:
        session: The caller's transaction.
        case: It is locked by its process instance.
        kind: One of ``OfferKind``.
        amount: In the currency's own unit, as people write it; for an offer of an amount.
        text: What the buyer reads to it.
        actor: Who offers.
        now: When.
        idempotency_key: The same again is the same offer.

    Raises:
        OfferKindRefused: Nothing was shipped that could be sent back or exchanged.
        OfferAmountInvalid: No amount, or none below what could be refunded.
        OffersTooMany: The table of limits allows no further one.
    """
    existing = session.scalar(sa.select(CaseOffer).where(CaseOffer.idempotency_key == idempotency_key))
    if existing is not None:
        return existing
    made, left = offers_left(session, case)
    if left <= 0:
        raise OffersTooMany(maximum=made)
    if kind not in kinds_for(case.order.state):
        raise OfferKindRefused
    offer = CaseOffer(
        case_no=case.case_no,
        number=made + 1,
        kind=OfferKind(kind).value,
        amount=_amount(case, amount) if kind == OfferKind.AMOUNT else None,
        currency=case.currency,
        text=text.strip(),
        offered_at=now,
        offered_by=actor.id,
        offered_by_name=actor.name,
        due_at=session.scalar(
            sa.select(UserTask.due_at).where(
                UserTask.business_key == case.case_no, UserTask.element_id == REVIEW_TASK
            )
        ),
        idempotency_key=idempotency_key,
    )
    session.add(offer)
    note_answer(case, "offer", now)
    _record(session, case, "offer_made", offer, actor, now, text=offer.text)
    session.flush()
    return offer


def answer_offer(
    session: Session, case: CancellationCase, answer: str, *, actor: Actor, now: dt.datetime
) -> Variables:
    """Record what became of the open offer, and what follows for the process.

    An accepted amount is what will be refunded, and the goods are free to go; an accepted
    exchange says what is to be sent. Otherwise the shop's time goes on from where it stood.

    Returns:
        ``kind``, ``answer``, and the time that the shop has left: ``seller_decides``,
        ``first_reminder`` and ``second_reminder`` as ISO 8601 durations.

    Raises:
        OfferNotOpen: No offer waits.
    """
    offer = session.scalar(
        sa.select(CaseOffer)
        .where(CaseOffer.case_no == case.case_no)
        .order_by(CaseOffer.number.desc())
        .limit(1)
    )
    if offer is None or offer.answer not in (None, answer):
        raise OfferNotOpen
    if offer.answer is None:
        offer.answer, offer.answered_at = OfferAnswer(answer).value, now
        _record(session, case, f"offer_{offer.answer}", offer, actor, now)
        if offer.answer == OfferAnswer.ACCEPTED:
            _carry_out(session, case, offer, actor, now)
        session.flush()
    left = time_left(offer.due_at, offer.offered_at, least_left(case))
    first, second = reminders(left)
    return {
        "kind": offer.kind,
        "answer": answer,
        "seller_decides": as_duration(left),
        "first_reminder": as_duration(first),
        "second_reminder": as_duration(second),
    }


def _carry_out(
    session: Session, case: CancellationCase, offer: CaseOffer, actor: Actor, now: dt.datetime
) -> None:
    if offer.kind == OfferKind.AMOUNT:
        case.agreed_amount = offer.amount
        release_goods(session, case, actor=actor, now=now)
    if offer.kind == OfferKind.EXCHANGE:
        session.add(Exchange(case_no=case.case_no, goods=offer.text, agreed_at=now))
        mark(session, case, CaseStatus.EXCHANGING, actor=actor, now=now)
    record_decision(
        session,
        case,
        decision="agree",
        how="offer",
        refusal_code="",
        explanation="",
        basis="",
        actor=actor,
        now=now,
    )


def _amount(case: CancellationCase, written: str) -> int:
    """What was written, in minor units: less than the whole, which would be an agreement."""
    amount = minor_units(written, case.currency)
    if amount is None or not 0 < amount < case.amount:
        raise OfferAmountInvalid(
            least=str(major_units(1, case.currency)),
            most=str(major_units(max(1, case.amount - 1), case.currency)),
            currency=case.currency,
        )
    return amount


def _record(
    session: Session,
    case: CancellationCase,
    kind: str,
    offer: CaseOffer,
    actor: Actor,
    now: dt.datetime,
    **more: str,
) -> None:
    record_event(
        session,
        case.case_no,
        kind,
        actor=actor,
        now=now,
        offer=offer.kind,
        number=offer.number,
        amount=offer.amount or 0,
        currency=offer.currency,
        **more,
    )
