"""Settings of e-mail: where letters are handed over, and who they are from."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

from processes.notifications.smtp import SmtpServer
from webapp.settings_reading import Reader, SettingInvalid

_PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, kw_only=True)
class MailSettings:
    """How letters leave.

    Attributes:
        smtp_url: ``smtp://user:password@host:587`` with STARTTLS, ``smtps://`` with TLS from the start,
            ``?security=none`` for a server on a trusted network. None: no e-mail in production, files
            in the data folder otherwise.
        sender: What stands in From.
    """

    smtp_url: str | None = field(default=None, repr=False)
    sender: str = "Tuidan <no-reply@localhost>"

    @classmethod
    def read(cls, source: Reader) -> MailSettings:
        """Read the ``TUIDAN_SMTP_URL`` and ``TUIDAN_MAIL_FROM`` variables."""
        return cls(
            smtp_url=source.secret("TUIDAN_SMTP_URL") or None,
            sender=source.text("TUIDAN_MAIL_FROM", cls.sender),
        )

    def server(self) -> SmtpServer | None:
        """The mail server, if one is named.

        Raises:
            SettingInvalid: It can't be understood. The message doesn't repeat it, since it holds a password.
        """
        if not self.smtp_url:
            return None
        invalid = SettingInvalid(
            name="TUIDAN_SMTP_URL",
            value="…",
            remedy="it has to look like smtp://user:password@host:587 or smtps://user:password@host:465",
        )
        try:
            parts = urlsplit(self.smtp_url)
            port = parts.port
        except ValueError:
            raise invalid from None
        usual = "starttls" if parts.scheme == "smtp" else "tls"
        security = parse_qs(parts.query).get("security", [usual])[0]
        known = parts.scheme in _PORTS and security in ("starttls", "tls", "none")
        if not known or not parts.hostname:
            raise invalid
        return SmtpServer(
            host=parts.hostname,
            port=port or _PORTS[parts.scheme],
            security=security,
            sender=self.sender,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
        )
