"""Letters by SMTP, and the folder that takes its place while trying the product out."""

from __future__ import annotations

import email.policy
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate
from pathlib import Path

from processes.notifications.letters import Letter, LetterRefused, MailUnavailable

SECONDS = 30.0


@dataclass(frozen=True, kw_only=True)
class SmtpServer:
    """Where and how to reach a mail server.

    Attributes:
        security: ``starttls``, ``tls`` from the first byte, or ``none`` (loopback and trusted networks).
        sender: The address in From, such as ``Tuidan <no-reply@example.com>``.
    """

    host: str
    port: int
    security: str
    sender: str
    user: str = ""
    password: str = ""


class SmtpMailer:
    """Opens a connection for each letter: letters are few, and servers close idle connections."""

    def __init__(self, server: SmtpServer) -> None:
        self._server = server

    def send(self, letter: Letter) -> None:
        """Hand a letter over; see :class:`~processes.notifications.letters.Mailer`."""
        try:
            with self._connect() as connection:
                connection.send_message(message_of(letter, self._server.sender))
        except smtplib.SMTPRecipientsRefused as error:
            code, said = next(iter(error.recipients.values()))
            words = f"{code} {said.decode(errors='replace')}"
            raise (LetterRefused if _for_good(code) else MailUnavailable)(words) from error
        except smtplib.SMTPDataError as error:
            words = f"{error.smtp_code} {_words(error.smtp_error)}"
            raise (LetterRefused if _for_good(error.smtp_code) else MailUnavailable)(words) from error
        except (OSError, smtplib.SMTPException) as error:
            raise MailUnavailable(f"{type(error).__name__}: {error}") from error

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        if server.security == "tls":
            context = ssl.create_default_context()
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=SECONDS, context=context
            )
        else:
            connection = smtplib.SMTP(server.host, server.port, timeout=SECONDS)
        try:
            if server.security == "starttls":
                connection.starttls(context=ssl.create_default_context())
            if server.user:
                connection.login(server.user, server.password)
        except BaseException:
            connection.close()
            raise
        return connection


class FolderMailer:
    """Writes each letter as a file that mail programs open; nothing leaves the machine."""

    def __init__(self, folder: Path, sender: str) -> None:
        self._folder = folder
        self._sender = sender

    def send(self, letter: Letter) -> None:
        """Write the letter; the same one again replaces it."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            name = letter.message_id.strip("<>").partition("@")[0]
            (self._folder / f"{name}.eml").write_bytes(bytes(message_of(letter, self._sender)))
        except OSError as error:
            raise MailUnavailable(str(error)) from error


def message_of(letter: Letter, sender: str) -> EmailMessage:
    """The letter as RFC 5322 has it, in text and in HTML."""
    message = EmailMessage(policy=email.policy.SMTP)
    message["From"] = sender
    message["To"] = letter.to
    message["Subject"] = " ".join(letter.subject.split())
    message["Date"] = formatdate(localtime=False)
    message["Message-ID"] = letter.message_id
    message["Content-Language"] = letter.language
    # RFC 3834: no out-of-office answers to a machine.
    message["Auto-Submitted"] = "auto-generated"
    if letter.settings_url:
        message["List-Unsubscribe"] = f"<{letter.settings_url}>"
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    return message


def _for_good(code: int) -> bool:
    """RFC 5321, 4.2.1: 5yz is a permanent negative reply, 4yz a transient one."""
    return 500 <= code <= 599


def _words(said: bytes | str) -> str:
    return said.decode(errors="replace") if isinstance(said, bytes) else said
