"""Sending what waits to go out by e-mail: each letter by one worker, again until it is taken.

A letter is taken for a while before it is handed over, and its result is noted afterwards. A
worker that is killed in between leaves it waiting: it is sent again later under the same
Message-ID, by which a mailbox knows it.
"""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager

import sqlalchemy as sa
from sqlalchemy.orm import Session

from processes.notifications.letters import Letter, LetterRefused, Mailer, MailUnavailable
from processes.notifications.tables import EmailAddress, EmailDelivery

log = logging.getLogger(__name__)

Transaction = Callable[[], AbstractContextManager[Session]]
Writer = Callable[[Session, EmailDelivery], Letter]

PAUSES = tuple(dt.timedelta(minutes=minutes) for minutes in (10, 30, 120, 360, 1_440))
"""Before each further attempt; the first is longer than a whole batch can take."""
BATCH = 10


def post_letters(transaction: Transaction, mailer: Mailer, write: Writer, now: dt.datetime) -> int:
    """Send what is due.

    Args:
        transaction: Opens a session whose transaction commits on success.
        mailer: Where letters go.
        write: Words a letter in its reader's language.
        now: When.

    Returns:
        How many letters were taken up; as many as ``BATCH`` means that there may be more.
    """
    with transaction() as session:
        taken = _take(session, now)
        written = [(one.id, one.account_id, one.attempts, _written(session, one, write)) for one in taken]
    for delivery_id, account_id, attempts, letter in written:
        if letter is None:
            continue
        try:
            mailer.send(letter)
        except LetterRefused as error:
            with transaction() as session:
                _note(session, delivery_id, status="failed", last_error=str(error)[:500])
                _refused(session, account_id, letter.to, str(error)[:500])
        except MailUnavailable as error:
            log.warning("a letter could not be handed over: %s", error)
            given_up = attempts > len(PAUSES)
            with transaction() as session:
                status = "failed" if given_up else "waiting"
                _note(session, delivery_id, status=status, last_error=str(error)[:500])
        else:
            with transaction() as session:
                _note(session, delivery_id, status="sent", sent_at=now, last_error=None)
    return len(written)


def _written(session: Session, delivery: EmailDelivery, write: Writer) -> Letter | None:
    """Word a letter; one that can't be worded is given up, so that it holds up no other."""
    try:
        return write(session, delivery)
    except Exception as error:
        log.exception("a letter can't be worded")
        delivery.status, delivery.last_error = "failed", f"{type(error).__name__}: {error}"[:500]
        return None


def _take(session: Session, now: dt.datetime) -> list[EmailDelivery]:
    """Take up due letters: nobody else sees them until their pause is over."""
    due = (
        sa.select(EmailDelivery)
        .where(EmailDelivery.status == "waiting", EmailDelivery.next_at <= now)
        .order_by(EmailDelivery.next_at)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    taken = list(session.scalars(due))
    for one in taken:
        one.next_at = now + PAUSES[min(one.attempts, len(PAUSES) - 1)]
        one.attempts += 1
    session.flush()
    return taken


def _note(session: Session, delivery_id: uuid.UUID, **values: object) -> None:
    session.execute(sa.update(EmailDelivery).where(EmailDelivery.id == delivery_id).values(**values))


def _refused(session: Session, account_id: uuid.UUID, address: str, words: str) -> None:
    """Send nothing more to an address that is turned away, until its owner gives one again."""
    session.execute(
        sa.update(EmailAddress)
        .where(EmailAddress.account_id == account_id, EmailAddress.address == address)
        .values(refused=words)
    )
