"""What every worker does again and again beside its jobs."""

from __future__ import annotations

import datetime as dt
import functools
from typing import TYPE_CHECKING

from engine.keeping import expire_messages
from engine.retention import forget_history
from engine.worker import Chore
from processes.automation.ending import forget_what_ifs
from processes.chargebacks.watching import watch_reopened
from processes.integration.requests import forget_before
from processes.liability.checking import check_when_due
from processes.liability.closing import close_days
from processes.money.notices import forget_notices
from processes.notifications.incidents import tell_of_incidents
from processes.notifications.keeping import forget_notifications
from processes.orders.searching import make_searchable
from processes.privacy.erasing import carry_out_erasures
from processes.record.counting import keep_counted
from processes.shipping.expiring import expire_offers
from processes.shipping.keeping import apply_kept
from processes.shipping.overdue import offer_overdue
from webapp.mail.sending import mail_chores

if TYPE_CHECKING:
    from webapp.bootstrap import Tuidan

ANSWERS_KEPT = dt.timedelta(days=30)
"""How long a request that is sent again gets the same answer, and a notice is known."""
ERASE_SECONDS = 60.0
APPLY_SECONDS = 60.0
EXPIRE_SECONDS = 60.0
OVERDUE_SECONDS = 60.0
REOPENED_SECONDS = 60.0
INCIDENT_SECONDS = 30.0


def chores_of(tuidan: Tuidan) -> list[Chore]:
    """The chores of a worker of the composed product."""
    return [
        Chore(do=functools.partial(_forget_old_answers, tuidan)),
        Chore(do=functools.partial(_forget_history, tuidan)),
        Chore(do=functools.partial(_forget_notifications, tuidan)),
        Chore(do=functools.partial(_make_searchable, tuidan)),
        Chore(do=functools.partial(_count_record, tuidan)),
        Chore(do=functools.partial(_keep_books, tuidan)),
        Chore(do=functools.partial(_forget_what_ifs, tuidan), every=ERASE_SECONDS),
        Chore(do=functools.partial(_erase, tuidan), every=ERASE_SECONDS),
        Chore(do=functools.partial(_apply_kept, tuidan), every=APPLY_SECONDS),
        Chore(do=functools.partial(_expire_messages, tuidan), every=EXPIRE_SECONDS),
        Chore(do=functools.partial(_offer_overdue, tuidan), every=OVERDUE_SECONDS),
        Chore(do=functools.partial(_expire_offers, tuidan), every=EXPIRE_SECONDS),
        Chore(do=functools.partial(_watch_reopened, tuidan), every=REOPENED_SECONDS),
        Chore(do=functools.partial(_tell_of_incidents, tuidan), every=INCIDENT_SECONDS),
        *mail_chores(tuidan),
    ]


def _forget_old_answers(tuidan: Tuidan) -> bool:
    """Delete answers that nobody will ask for again, and notices that nobody sends again."""
    before = tuidan.clock.now() - ANSWERS_KEPT
    with tuidan.transaction() as session:
        more = forget_before(session, before)
    with tuidan.transaction() as session:
        return forget_notices(session, before) or more


def _forget_history(tuidan: Tuidan) -> bool:
    """Remove the details of what ended long ago."""
    kept_for = tuidan.settings.history_kept
    if kept_for is None:
        return False
    with tuidan.transaction() as session:
        return forget_history(session, tuidan.clock.now(), kept_for)


def _forget_notifications(tuidan: Tuidan) -> bool:
    """Delete notifications that were read long ago, or not at all for as long as history is kept."""
    settings = tuidan.settings
    with tuidan.transaction() as session:
        return forget_notifications(
            session, tuidan.clock.now(), read=settings.notifications_kept, unread=settings.history_kept
        )


def _forget_what_ifs(tuidan: Tuidan) -> bool:
    """Delete what-if runs that were deleted by their analysts, or are old."""
    with tuidan.transaction() as session:
        return forget_what_ifs(session, tuidan.clock.now())


def _make_searchable(tuidan: Tuidan) -> bool:
    """Let orders that were placed by an older version be found by searches."""
    with tuidan.transaction() as session:
        return make_searchable(session)


def _count_record(tuidan: Tuidan) -> None:
    """Count the shops' record anew: the latest days, or everything if that was never done."""
    keep_counted(tuidan.transaction, tuidan.clock.now())


def _keep_books(tuidan: Tuidan) -> None:
    """Close the days that are over in the books of liability, and check all of them once a day."""
    now = tuidan.clock.now()
    close_days(tuidan.transaction, now)
    with tuidan.transaction() as session:
        check_when_due(session, now)


def _erase(tuidan: Tuidan) -> bool:
    return carry_out_erasures(tuidan.transaction, tuidan.evidence, tuidan.clock.now())


def _apply_kept(tuidan: Tuidan) -> bool:
    """Record tracking events that came before their parcel, and let those expire that waited in vain."""
    return apply_kept(tuidan.transaction, tuidan.engine, tuidan.clock.now())


def _expire_messages(tuidan: Tuidan) -> bool:
    """Mark the messages that nobody has begun to wait for."""
    kept_for = dt.timedelta(days=tuidan.settings.messages_kept_days)
    with tuidan.transaction() as session:
        return expire_messages(session, tuidan.clock.now(), kept_for)


def _offer_overdue(tuidan: Tuidan) -> bool:
    """Offer buyers to cancel what their shops haven't shipped by the promised date."""
    return offer_overdue(tuidan.transaction, tuidan.clock.now())


def _expire_offers(tuidan: Tuidan) -> bool:
    """End what was offered to buyers and not taken in time."""
    return expire_offers(tuidan.transaction, tuidan.clock.now())


def _watch_reopened(tuidan: Tuidan) -> bool:
    """Watch charge-backs again that are open once more."""
    return watch_reopened(tuidan.transaction, tuidan.engine)


def _tell_of_incidents(tuidan: Tuidan) -> None:
    """Tell operators what has failed."""
    with tuidan.transaction() as session:
        tell_of_incidents(session, tuidan.clock.now())
