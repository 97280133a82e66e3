"""The one composition root: here the parts of the product are chosen and put together.

Nothing is opened at import. A process calls :func:`build` once, after it has forked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, sessionmaker

from engine import Engine
from engine.clock import Clock, SystemClock
from engine.database import create_database
from engine.demo_clock import DemoClock
from engine.migration.jobs import register_migrations
from engine.operations import OperationRegistry
from engine.retries.running import register_retries
from engine.waking import register_waking
from processes.automation.replaying import register_what_if
from processes.evidence.bucket import BucketStore
from processes.evidence.folder import FolderStore
from processes.evidence.store import EvidenceStore
from processes.liability.checking import register_checks
from processes.money.gateway import RefundGateway
from processes.money.ledger.gateway import LedgerGateway
from processes.money.notices import NoticeReader
from processes.notifications.letters import Mailer
from processes.notifications.smtp import FolderMailer, SmtpMailer
from processes.operations import register_operations
from webapp.gateways import notice_readers, refund_gateway
from webapp.settings import Settings
from webapp.settings_reading import SettingMissing


@dataclass(frozen=True, kw_only=True)
class Tuidan:
    """The composed product.

    Attributes:
        settings: What it was built from.
        database: The pool of connections.
        sessions: Makes sessions on it.
        clock: What time it is, for everything but log records.
        engine: Runs the processes.
        registry: What service tasks may call.
        gateway: Where refunds go through.
        notices: What reads the notices of payment providers, by the provider's name.
        evidence: Where the content of evidence lies.
        mailer: Takes letters; None if no e-mail is sent.
    """

    settings: Settings
    database: sa.Engine
    sessions: sessionmaker[Session]
    clock: Clock
    engine: Engine
    registry: OperationRegistry
    gateway: RefundGateway
    notices: Mapping[str, NoticeReader]
    evidence: EvidenceStore
    mailer: Mailer | None

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session that is committed at the end, and rolled back by any exception."""
        with self.sessions.begin() as session:
            yield session

    def close(self) -> None:
        """Close all connections."""
        self.database.dispose()


def build(settings: Settings, *, clock: Clock | None = None, gateway: RefundGateway | None = None) -> Tuidan:
    """Put the product together.

    Args:
        settings: They have to name a database.
        clock: In place of the one that the settings ask for; for tests.
        gateway: In place of those that the settings name; for tests.

    Raises:
        SettingMissing: No database is named.
    """
    if settings.database_url is None:
        raise SettingMissing(name="TUIDAN_DATABASE_URL", remedy="postgresql://user:password@host:5432/tuidan")
    threads = max(settings.web_threads, settings.worker_concurrency)
    database = create_database(settings.database_url, pool_size=threads)
    sessions = sessionmaker(database, expire_on_commit=False)
    if clock is None:
        clock = DemoClock(database) if settings.demo_clock else SystemClock()
    if gateway is None:
        gateway = refund_gateway(settings.providers, sessions.begin, clock)
    registry = OperationRegistry()
    register_operations(registry, gateway, tender_order=settings.tender_order)
    engine = Engine(registry=registry, clock=clock, transaction=sessions.begin)
    register_migrations(engine)
    register_waking(engine)
    register_what_if(engine)
    register_retries(engine)
    register_checks(engine)
    return Tuidan(
        settings=settings,
        database=database,
        sessions=sessions,
        clock=clock,
        engine=engine,
        registry=registry,
        gateway=gateway,
        notices=notice_readers(settings.providers),
        evidence=(
            BucketStore(settings.bucket) if settings.bucket else FolderStore(settings.data_dir / "evidence")
        ),
        mailer=_mailer(settings),
    )


def _mailer(settings: Settings) -> Mailer | None:
    server = settings.mail.server()
    if server is not None:
        return SmtpMailer(server)
    # Links in real letters would lead nowhere while the product is only being tried out.
    return None if settings.production else FolderMailer(settings.data_dir / "mail", settings.mail.sender)


def known_operations() -> OperationRegistry:
    """Return what service tasks may call, for looking up only: there is no database behind it."""

    def no_transaction() -> AbstractContextManager[Session]:
        raise RuntimeError("operations without a database can't be called")

    registry = OperationRegistry()
    register_operations(registry, LedgerGateway(no_transaction, SystemClock()))
    return registry
