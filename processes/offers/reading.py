"""Reading the offers of a case: what was offered, and how many more can be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import isodate
import sqlalchemy as sa
from sqlalchemy.orm import Session

from processes.cases.tables import CancellationCase
from processes.offers.rules import OfferKind, kinds_for
from processes.offers.tables import CaseOffer, Exchange

# For cases that were opened before the table of limits had these columns.
OFFERS_MAXIMUM = 2
LEAST_LEFT = "PT12H"


@dataclass(frozen=True, kw_only=True)
class Offers:
    """What was offered in a case, and what could be.

    Attributes:
        made: The latest first.
        left: How many more can be made.
        kinds: What can be offered.
        exchange: What was agreed to be sent; None if nothing was.
        least_left: The time that the shop has at least once a request is back from an offer.
    """

    made: Sequence[CaseOffer]
    left: int
    kinds: tuple[OfferKind, ...]
    exchange: Exchange | None
    least_left: dt.timedelta


def offers_of_case(session: Session, case: CancellationCase) -> Offers:
    """Return the offers of a case."""
    made = session.scalars(
        sa.select(CaseOffer).where(CaseOffer.case_no == case.case_no).order_by(CaseOffer.number.desc())
    ).all()
    return Offers(
        made=made,
        left=max(0, _maximum(case) - len(made)),
        kinds=kinds_for(case.order.state),
        exchange=session.get(Exchange, case.case_no) if made else None,
        least_left=least_left(case),
    )


def offers_left(session: Session, case: CancellationCase) -> tuple[int, int]:
    """Return how many offers were made in a case, and how many more can be."""
    made = session.scalar(
        sa.select(sa.func.count()).select_from(CaseOffer).where(CaseOffer.case_no == case.case_no)
    )
    return made or 0, max(0, _maximum(case) - (made or 0))


def least_left(case: CancellationCase) -> dt.timedelta:
    """Return the time that a shop has at least once a request is back from an offer."""
    text = str(case.limits.get("seller_decides_again") or LEAST_LEFT)
    length: dt.timedelta = isodate.parse_duration(text)
    return length


def _maximum(case: CancellationCase) -> int:
    return int(case.limits.get("offers_maximum", OFFERS_MAXIMUM))
