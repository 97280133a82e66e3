"""The port through which e-mail leaves, and what can go wrong there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One e-mail to one person.

    Attributes:
        message_id: The same each time that this letter is sent, so that a mailbox keeps it once
            even if a worker died before it could note that it was taken.
        settings_url: Where its reader chooses what comes by e-mail; empty if that doesn't apply.
    """

    to: str
    subject: str
    text: str
    html: str
    language: str
    message_id: str
    settings_url: str = ""


class LetterRefused(Exception):
    """The mail server won't ever deliver to this address; sending again is of no use."""


class MailUnavailable(Exception):
    """The mail server can't be reached or asks to try again later."""


class Mailer(Protocol):
    """Hands letters over to a mail server."""

    def send(self, letter: Letter) -> None:
        """Hand a letter over; it returns once the server has taken it.

        Raises:
            LetterRefused: For good.
            MailUnavailable: For now.
        """
        ...
