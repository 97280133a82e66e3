"""What workers do for e-mail: send what waits, and forget what was sent long ago."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from engine.worker import Chore
from processes.notifications.keeping import forget_letters
from processes.notifications.letters import Mailer
from processes.notifications.posting import BATCH, post_letters
from webapp.app import create_app
from webapp.mail.writing import LetterWriter

if TYPE_CHECKING:
    from webapp.bootstrap import Tuidan

EVERY_SECONDS = 3.0


def mail_chores(tuidan: Tuidan) -> list[Chore]:
    """The chores of a worker; none if the product sends no e-mail."""
    if tuidan.mailer is None:
        return []
    writer = LetterWriter(create_app(tuidan), tuidan.settings.public_url)
    return [
        Chore(do=functools.partial(_post, tuidan, tuidan.mailer, writer), every=EVERY_SECONDS),
        Chore(do=functools.partial(_forget, tuidan)),
    ]


def _post(tuidan: Tuidan, mailer: Mailer, writer: LetterWriter) -> bool:
    return post_letters(tuidan.transaction, mailer, writer.write, tuidan.clock.now()) == BATCH


def _forget(tuidan: Tuidan) -> bool:
    with tuidan.transaction() as session:
        return forget_letters(session, tuidan.clock.now())
