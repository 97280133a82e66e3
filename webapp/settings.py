"""What can be set from outside, read from the environment once and frozen.

Nothing else in the product reads ``os.environ``. Production is refused at the first
sign of a convenience that belongs to development.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from processes.evidence.bucket import Bucket
from processes.orders.rules import TENDERS
from webapp.settings_mail import MailSettings
from webapp.settings_providers import Providers
from webapp.settings_reading import NotForProduction, Reader, SettingInvalid, SettingMissing
from webapp.settings_storage import check_bucket, read_bucket

PROJECT = Path(__file__).resolve().parent.parent
"""The folder that holds ``bpmn/``, ``webapp/`` and the launcher."""

DEVELOPMENT_SECRET = "development-only-secret-not-for-production"  # noqa: S105 - refused in production
SHORTEST_SECRET = 32


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
        messages_kept_days: How many days a message waits for who begins to wait for it.
        history_kept_days: How many days the details of an ended instance stay; 0 for good.
        notifications_kept_days: How many days a notification stays after it was read; 0 for good.
        worker_concurrency: Jobs that one worker runs at the same time.
        public_https: Whether readers reach the web by https, so that cookies are marked secure.
        tender_order: Tenders that refunds use up first, in this order; none: in proportion.
        trusted_proxies: Reverse proxies in front whose forwarding headers are believed.
        public_url: How readers reach the web, for links in e-mail; such as ``https://tuidan.example.com``.
        mail: How e-mail leaves.
        providers: Which payment providers refunds go through, and how they are reached.
        bucket: Where evidence lies; None for the data folder.
    """

    environment: Literal["development", "production"] = "development"
    database_url: str | None = None
    secret_key: str = field(default=DEVELOPMENT_SECRET, repr=False)
    host: str = "127.0.0.1"
    port: int = 8000
    data_dir: Path = PROJECT / "var"
    bpmn_dir: Path = PROJECT / "bpmn"
    demo_clock: bool = True
    demo_data: bool = True
    web_processes: int = 1
    web_threads: int = 8
    worker_concurrency: int = 4
    messages_kept_days: int = 30
    history_kept_days: int = 1_095
    notifications_kept_days: int = 180
    public_https: bool = False
    trusted_proxies: int = 0
    tender_order: tuple[str, ...] = ()
    public_url: str = "http://127.0.0.1:8000"
    mail: MailSettings = field(default_factory=MailSettings)
    providers: Providers = field(default_factory=Providers)
    bucket: Bucket | None = None

    @property
    def production(self) -> bool:
        """Whether these are the settings of a production."""
        return self.environment == "production"

    @property
    def history_kept(self) -> dt.timedelta | None:
        """How long the details of an ended instance stay; None for good."""
        return dt.timedelta(days=self.history_kept_days) if self.history_kept_days else None

    @property
    def notifications_kept(self) -> dt.timedelta | None:
        """How long a notification stays after it was read; None for good."""
        return dt.timedelta(days=self.notifications_kept_days) if self.notifications_kept_days else None

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
        source = Reader(os.environ if environ is None else environ)
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
            messages_kept_days=source.number("TUIDAN_MESSAGES_KEPT_DAYS", 30, low=1, high=3_650),
            history_kept_days=source.number("TUIDAN_HISTORY_KEPT_DAYS", 1_095, low=0, high=36_500),
            notifications_kept_days=source.number("TUIDAN_NOTIFICATIONS_KEPT_DAYS", 180, low=0, high=36_500),
            worker_concurrency=source.number("TUIDAN_WORKER_CONCURRENCY", 4, low=1, high=256),
            public_https=source.flag("TUIDAN_PUBLIC_HTTPS", production),
            trusted_proxies=source.number("TUIDAN_TRUSTED_PROXIES", 0, low=0, high=10),
            tender_order=source.words("TUIDAN_TENDER_ORDER", known=TENDERS),
            mail=MailSettings.read(source),
            providers=Providers.read(source),
            bucket=read_bucket(source),
        )
        settings = replace(
            settings,
            public_url=source.text("TUIDAN_PUBLIC_URL", f"http://{settings.host}:{settings.port}").rstrip(
                "/"
            ),
        )
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
        self.mail.server()
        self.providers.check(production=self.production)
        check_bucket(self.bucket, production=self.production)
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
