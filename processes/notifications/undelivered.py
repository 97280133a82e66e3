"""Letters that were given up: reading them, and sending them again, one or all."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.errors import Kind, NotFound, TuidanError
from processes.notifications.tables import EmailAddress, EmailDelivery
from processes.paging import older, token_of

PAGE_SIZE = 50
AT_ONCE = 5_000
"""So many letters are put back into the queue by one request."""


class DeliveryNotFound(NotFound):
    """There is no undelivered letter of that number; it may have been sent meanwhile."""

    code = "email.not_found"


class NowhereToSend(TuidanError):
    """Its reader has no address any more that takes letters; he has the notification in the product."""

    code = "email.nowhere_to_send"
    kind = Kind.CONFLICT


@dataclass(frozen=True, kw_only=True)
class LetterPage:
    """Some letters that were given up, the latest first; ``next`` asks for those after them."""

    rows: list[EmailDelivery]
    next: str | None


def undelivered(session: Session, *, after: str | None = None) -> LetterPage:
    """Return a page of the letters that were given up."""
    query = (
        sa.select(EmailDelivery)
        .where(_given_up(), older(after, EmailDelivery.created_at, EmailDelivery.id))
        .order_by(EmailDelivery.created_at.desc(), EmailDelivery.id.desc())
        .limit(PAGE_SIZE + 1)
    )
    found = list(session.scalars(query))
    rows = found[:PAGE_SIZE]
    more = len(found) > PAGE_SIZE
    return LetterPage(rows=rows, next=token_of(rows[-1].created_at, rows[-1].id) if more else None)


def send_again(session: Session, delivery_id: uuid.UUID, now: dt.datetime) -> None:
    """Put a letter that was given up back into the queue, with its attempts forgotten.

    It goes to where its reader wants letters now.

    Raises:
        DeliveryNotFound: There is none.
        NowhereToSend: He has no address, or it is turned away.
    """
    if not _again(session, EmailDelivery.id == delivery_id, now):
        known = sa.select(EmailDelivery.id).where(EmailDelivery.id == delivery_id, _given_up())
        raise DeliveryNotFound if session.scalar(known) is None else NowhereToSend


def send_all_again(session: Session, now: dt.datetime) -> int:
    """Put the oldest ``AT_ONCE`` letters back that can go somewhere, as after an outage; return how many."""
    some = (
        sa.select(EmailDelivery.id)
        .join(EmailAddress, EmailAddress.account_id == EmailDelivery.account_id)
        .where(_given_up(), *_goes_to())
        .order_by(EmailDelivery.created_at)
        .limit(AT_ONCE)
        .with_for_update(of=EmailDelivery, skip_locked=True)
    )
    return _again(session, EmailDelivery.id.in_(some), now)


def _again(session: Session, which: sa.ColumnElement[bool], now: dt.datetime) -> int:
    done = session.scalars(
        sa.update(EmailDelivery)
        .where(which, _given_up(), EmailAddress.account_id == EmailDelivery.account_id, *_goes_to())
        .values(status="waiting", attempts=0, next_at=now, address=EmailAddress.address)
        .returning(EmailDelivery.id)
        .execution_options(synchronize_session=False)
    )
    return len(done.all())


def _given_up() -> sa.ColumnElement[bool]:
    # As it stands in the condition of the index.
    return EmailDelivery.status == sa.literal_column("'failed'")


def _goes_to() -> tuple[sa.ColumnElement[bool], ...]:
    """Whether letters may go to a reader's address; the question only to that which it asks about."""
    asked = sa.and_(EmailDelivery.kind == "confirmation", EmailAddress.address == EmailDelivery.address)
    told = sa.and_(EmailDelivery.kind == "notification", EmailAddress.confirmed_at.is_not(None))
    return EmailAddress.refused.is_(None), sa.or_(asked, told)
