"""What can be set from outside, read from the environment once and frozen.

Nothing else in the product reads ``os.environ``. Production is refused at the first
sign of a convenience that belongs to development.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

from engine.errors import Kind, TuidanError
from processes.notifications.smtp import SmtpServer

PROJECT = Path(__file__).resolve().parent.parent
"""The folder that holds ``bpmn/``, ``webapp/`` and the launcher."""

DEVELOPMENT_SECRET = "development-only-secret-not-for-production"  # noqa: S105 - refused in production
SHORTEST_SECRET = 32

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"", "0", "false", "no", "off"})


class SettingInvalid(TuidanError):
    """{name} is {value!r}: {remedy}."""

    code = "settings.invalid"


class SettingMissing(TuidanError):
    """{name} is not set, and production needs it: {remedy}."""

    code = "settings.missing"


class NotForProduction(TuidanError):
    """{what} is not for production: {remedy}."""

    code = "settings.not_for_production"
    kind = Kind.FORBIDDEN


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of one process.

    Attributes:
        environment: ``development`` or ``production``.
        database_url: A PostgreSQL server, or None for the embedded one (development only).
        secret_key: Signs sessions and form tokens.
        host: The address the web listens on.
        port: The TCP port the web listens on.
        data_dir: Where evidence, the embedded PostgreSQL and stamps live; web processes share it.
        bpmn_dir: The diagrams, tables and forms to deploy.
        demo_clock: Whether the clock can be moved forward.
        demo_data: Whether demo accounts and orders are loaded.
        web_processes: Processes of the web server.
        web_threads: Threads of each of these.
        worker_concurrency: Jobs that one worker runs at the same time.
        public_https: Whether readers reach the web by https, so that cookies are marked secure.
        trusted_proxies: Reverse proxies in front whose forwarding headers are believed.
        public_url: How readers reach the web, for links in e-mail; such as ``https://tuidan.example.com``.
        smtp_url: The mail server, such as ``smtp://user:password@host:587``; None: no e-mail in
            production, files in the data folder otherwise.
        mail_from: The sender of e-mail.
    """

    environment: Literal["development", "production"] = "development"
    database_url: str | None = None
    secret_key: str = DEVELOPMENT_SECRET
    host: str = "127.0.0.1"
    port: int = 8000
    data_dir: Path = PROJECT / "var"
    bpmn_dir: Path = PROJECT / "bpmn"
    demo_clock: bool = True
    demo_data: bool = True
    web_processes: int = 1
    web_threads: int = 8
    worker_concurrency: int = 4
    public_https: bool = False
    trusted_proxies: int = 0
    public_url: str = "http://127.0.0.1:8000"
    smtp_url: str | None = None
    mail_from: str = "Tuidan <no-reply@localhost>"

    @property
    def production(self) -> bool:
        """Whether these are the settings of a production."""
        return self.environment == "production"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read and check the ``TUIDAN_…`` variables.

        Args:
            environ: Read in place of the process environment.

        Raises:
            SettingInvalid: A value that can't be understood.
            SettingMissing: Production without something it needs.
            NotForProduction: Production with something of development.
        """
        source = _Reader(os.environ if environ is None else environ)
        environment = source.text("TUIDAN_ENV", "development")
        if environment not in ("development", "production"):
            raise SettingInvalid(
                name="TUIDAN_ENV", value=environment, remedy="set it to development or production"
            )
        production = environment == "production"
        settings = cls(
            environment="production" if production else "development",
            database_url=source.text("TUIDAN_DATABASE_URL", "") or None,
            secret_key=source.text("TUIDAN_SECRET_KEY", DEVELOPMENT_SECRET),
            host=source.text("TUIDAN_HOST", "127.0.0.1"),
            port=source.number("TUIDAN_PORT", 8000, low=1, high=65535),
            data_dir=source.folder("TUIDAN_DATA_DIR", PROJECT / "var"),
            bpmn_dir=source.folder("TUIDAN_BPMN_DIR", PROJECT / "bpmn"),
            demo_clock=source.flag("TUIDAN_DEMO_CLOCK", not production),
            demo_data=source.flag("TUIDAN_DEMO_DATA", not production),
            web_processes=source.number("TUIDAN_WEB_PROCESSES", 2 if production else 1, low=1, high=256),
            web_threads=source.number("TUIDAN_WEB_THREADS", 8, low=1, high=256),
            worker_concurrency=source.number("TUIDAN_WORKER_CONCURRENCY", 4, low=1, high=256),
            public_https=source.flag("TUIDAN_PUBLIC_HTTPS", production),
            trusted_proxies=source.number("TUIDAN_TRUSTED_PROXIES", 0, low=0, high=10),
            public_url=source.text("TUIDAN_PUBLIC_URL", "").rstrip("/"),
            smtp_url=source.text("TUIDAN_SMTP_URL", "") or None,
            mail_from=source.text("TUIDAN_MAIL_FROM", "Tuidan <no-reply@localhost>"),
        )
        if not settings.public_url:
            settings = replace(settings, public_url=f"http://{settings.host}:{settings.port}")
        settings.check()
        return settings

    def check(self) -> None:
        """Refuse a combination that would harm.

        Raises:
            SettingInvalid: A database address that isn't PostgreSQL's.
            SettingMissing: Production without something it needs.
            NotForProduction: Production with something of development.
        """
        if self.database_url and not self.database_url.startswith(("postgresql", "postgres:")):
            raise SettingInvalid(
                name="TUIDAN_DATABASE_URL",
                value=self.database_url.split("@")[-1],
                remedy="it has to look like postgresql://user:password@host:5432/tuidan",
            )
        if not self.public_url.startswith(("http://", "https://")):
            raise SettingInvalid(
                name="TUIDAN_PUBLIC_URL",
                value=self.public_url,
                remedy="it has to look like https://tuidan.example.com",
            )
        if self.smtp_url:
            smtp_server(self.smtp_url, self.mail_from)
        if not self.production:
            return
        if not self.database_url:
            raise SettingMissing(
                name="TUIDAN_DATABASE_URL", remedy="postgresql://user:password@host:5432/tuidan"
            )
        if self.secret_key == DEVELOPMENT_SECRET:
            raise SettingMissing(
                name="TUIDAN_SECRET_KEY",
                remedy="make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'",
            )
        if len(self.secret_key) < SHORTEST_SECRET:
            raise NotForProduction(
                what="a TUIDAN_SECRET_KEY of fewer than 32 characters",
                remedy="make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'",
            )
        if self.demo_clock:
            raise NotForProduction(what="the demo clock", remedy="unset TUIDAN_DEMO_CLOCK")
        if self.demo_data:
            raise NotForProduction(
                what="demo data with its well-known accounts", remedy="unset TUIDAN_DEMO_DATA"
            )


def smtp_server(url: str, sender: str) -> SmtpServer:
    """Read the address of a mail server: ``smtp://`` with STARTTLS, ``smtps://`` with TLS from the start.

    ``?security=none`` is for a server on the same machine or a trusted network.

    Raises:
        SettingInvalid: It can't be understood. The message doesn't repeat it, since it holds a password.
    """
    invalid = SettingInvalid(
        name="TUIDAN_SMTP_URL",
        value="…",
        remedy="it has to look like smtp://user:password@host:587 or smtps://user:password@host:465",
    )
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise invalid from None
    security = parse_qs(parts.query).get("security", ["starttls" if parts.scheme == "smtp" else "tls"])[0]
    if (
        parts.scheme not in ("smtp", "smtps")
        or not parts.hostname
        or security not in ("starttls", "tls", "none")
    ):
        raise invalid
    return SmtpServer(
        host=parts.hostname,
        port=port or (587 if parts.scheme == "smtp" else 465),
        security=security,
        sender=sender,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


class _Reader:
    """Reads typed values from a mapping of strings."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def text(self, name: str, default: str) -> str:
        return self._environ.get(name, "").strip() or default

    def folder(self, name: str, default: Path) -> Path:
        return Path(self.text(name, str(default))).expanduser().resolve()

    def number(self, name: str, default: int, *, low: int, high: int) -> int:
        text = self.text(name, str(default))
        if not (text.isascii() and text.isdigit() and low <= int(text) <= high):
            raise SettingInvalid(name=name, value=text, remedy=f"set it to a number from {low} to {high}")
        return int(text)

    def flag(self, name: str, default: bool) -> bool:
        text = self.text(name, "1" if default else "0").lower()
        if text not in _TRUE | _FALSE:
            raise SettingInvalid(name=name, value=text, remedy="set it to 1 or 0")
        return text in _TRUE
