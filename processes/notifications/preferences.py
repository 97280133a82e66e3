"""Where somebody wants e-mail, and about what."""

from __future__ import annotations

import datetime as dt
import re
import uuid

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from engine.errors import TuidanError
from processes.notifications.tables import EmailAddress, EmailDelivery, EmailPreference
from processes.notifications.topics import BY_EMAIL_UNLESS_REFUSED, Topic

LONGEST_ADDRESS = 254
"""RFC 5321, 4.5.3.1.3, as the erratum has it."""
# Whether it exists is found out by sending there; this keeps out what no server would take.
_CHARACTER = r"[^\s@<>,;:\"()\[\]\\\x00-\x1f]"
_ADDRESS = re.compile(rf"{_CHARACTER}+@{_CHARACTER}+\.{_CHARACTER}{{2,}}")
ASK_AGAIN_AFTER = dt.timedelta(minutes=1)


class AddressInvalid(TuidanError):
    """This is no e-mail address; write it like name@example.com."""

    code = "email.address_invalid"


class AskedJustNow(TuidanError):
    """A confirmation was sent less than a minute ago; look into the mailbox, or try again shortly."""

    code = "email.asked_just_now"


class ConfirmationOutdated(TuidanError):
    """This confirmation is outdated: the address was changed since; use the newest one, or ask again."""

    code = "email.confirmation_outdated"


def address_of(session: Session, account_id: uuid.UUID) -> EmailAddress | None:
    """Where an account wants its e-mail, confirmed or not."""
    return session.get(EmailAddress, account_id)


def set_address(session: Session, account_id: uuid.UUID, address: str, now: dt.datetime) -> None:
    """Take an address, and ask there whether it is right; nothing else is sent until it is confirmed.

    Raises:
        AddressInvalid: No server would take it.
        AskedJustNow: Double clicks and impatience send one letter.
    """
    address = address.strip()
    if len(address) > LONGEST_ADDRESS or not _ADDRESS.fullmatch(address):
        raise AddressInvalid
    known = session.get(EmailAddress, account_id, with_for_update=True)
    if known is not None and known.asked_at > now - ASK_AGAIN_AFTER:
        raise AskedJustNow
    if known is None:
        known = EmailAddress(account_id=account_id)
        session.add(known)
    known.address, known.asked_at, known.confirmed_at, known.refused = address, now, None, None
    session.add(
        EmailDelivery(
            kind="confirmation", account_id=account_id, address=address, next_at=now, created_at=now
        )
    )
    session.flush()


def confirm_address(session: Session, account_id: uuid.UUID, address: str, now: dt.datetime) -> None:
    """Believe an address: whoever reads its mail has said so. Repeated, it does nothing.

    Raises:
        ConfirmationOutdated: It isn't the account's address any more.
    """
    known = session.get(EmailAddress, account_id, with_for_update=True)
    if known is None or known.address != address:
        raise ConfirmationOutdated
    known.confirmed_at = known.confirmed_at or now
    known.refused = None


def remove_address(session: Session, account_id: uuid.UUID) -> None:
    """Send no e-mail any more; what waits to go out is dropped."""
    session.execute(
        sa.delete(EmailDelivery).where(
            EmailDelivery.account_id == account_id, EmailDelivery.status == "waiting"
        )
    )
    session.execute(sa.delete(EmailAddress).where(EmailAddress.account_id == account_id))


def wanted_topics(session: Session, account_id: uuid.UUID) -> frozenset[Topic]:
    """The topics that an account gets by e-mail."""
    rows = session.execute(
        sa.select(EmailPreference.topic, EmailPreference.wanted).where(
            EmailPreference.account_id == account_id
        )
    )
    chosen = {Topic(row.topic): row.wanted for row in rows}
    return frozenset(topic for topic in Topic if chosen.get(topic, topic in BY_EMAIL_UNLESS_REFUSED))


def choose_topics(session: Session, account_id: uuid.UUID, wanted: frozenset[Topic]) -> None:
    """Keep which topics an account wants by e-mail."""
    insert = postgresql.insert(EmailPreference)
    session.execute(
        insert.on_conflict_do_update(
            index_elements=["account_id", "topic"], set_={"wanted": insert.excluded.wanted}
        ),
        [{"account_id": account_id, "topic": topic, "wanted": topic in wanted} for topic in Topic],
    )
