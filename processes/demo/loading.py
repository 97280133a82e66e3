"""Loading the demo data: people and shops, an import of orders, and cases by the domain's commands.

It is loaded once. A load that was interrupted goes on where it was, with the dates it began with.
"""

from __future__ import annotations

import datetime as dt
import io
import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import SYSTEM, Engine
from engine.errors import TuidanError
from processes.catalog.shops import create_shop
from processes.catalog.tables import Shop
from processes.demo.cases import Playwright
from processes.demo.orders import DemoOrders
from processes.demo.people import PASSWORD, STAFF
from processes.demo.shops import SHOPS
from processes.demo.tables import DemoLoad
from processes.evidence.store import EvidenceStore
from processes.importing.orders import import_orders
from processes.people.accounts import create_account, find_account, hash_password, join_shop
from processes.people.roles import Role
from processes.people.tables import Account

log = logging.getLogger(__name__)

Transaction = Callable[[], AbstractContextManager[Session]]
Say = Callable[[str], None]


@dataclass(kw_only=True)
class DemoReport:
    """What a load has done; nothing of it if all was there."""

    orders: int = 0
    cases: int = 0
    left_out: int = 0


def load_demo(
    engine: Engine, transaction: Transaction, store: EvidenceStore, now: dt.datetime, say: Say
) -> DemoReport:
    """Load what isn't there yet of the demo data.

    Args:
        engine: With the product's diagrams deployed.
        transaction: Opens a session whose transaction commits on success.
        store: Takes the photos of the demo's cases.
        now: What the demo's dates are relative to, if this is the first load.
        say: Shows a line of progress.
    """
    report = DemoReport()
    with transaction() as session:
        at = _begin(session, now)
    if at is None:
        return report
    orders = DemoOrders(at)
    file = orders.as_csv()
    with transaction() as session:
        if not _load(session).orders_loaded:
            say(f"loading {len(orders.made)} demo orders")
            report.orders = import_orders(session, engine, io.BytesIO(file), SYSTEM, at).orders
            logins = {made.buyer for made in orders.made}
            session.execute(sa.update(Account).where(Account.login.in_(logins)).values(demo=True))
            _load(session).orders_loaded = True
    _play(Playwright(engine, store, orders), transaction, say, report)
    with transaction() as session:
        _load(session).finished_at = now
    return report


def _begin(session: Session, now: dt.datetime) -> dt.datetime | None:
    """Make accounts and shops at the first load; returns the demo's instant, or None if all is done."""
    load = session.get(DemoLoad, 1, with_for_update=True)
    if load is not None:
        return load.at if load.finished_at is None else None
    at = now.replace(microsecond=0)
    session.add(DemoLoad(id=1, at=at, orders_loaded=False, cases_loaded=0))
    long_ago = at - dt.timedelta(days=400)
    # All of them have the same password; hashing it is slow on purpose, so it is done once.
    hashed = hash_password(PASSWORD)
    for login, name, role in STAFF:
        _account(session, login, name, role, hashed, long_ago)
    for one in SHOPS:
        shop = session.scalar(sa.select(Shop).where(Shop.slug == one.slug))
        if shop is None:
            address = {"name": f"{one.name} 售后", "phone": one.phone, "address": one.address}
            shop = create_shop(
                session, slug=one.slug, name=one.name, return_address=address, now=long_ago, demo=True
            )
        seller = _account(session, one.seller_login, one.seller_name, Role.SELLER, hashed, long_ago)
        join_shop(session, seller, shop, now=long_ago)
    return at


def _account(
    session: Session, login: str, name: str, role: Role, password_hash: str, now: dt.datetime
) -> Account:
    account = find_account(session, login)
    if account is None:
        account = create_account(
            session, login=login, display_name=name, role=role, password=None, now=now, demo=True
        )
        account.password_hash = password_hash
    return account


def _play(plays: Playwright, transaction: Transaction, say: Say, report: DemoReport) -> None:
    with transaction() as session:
        first = _load(session).cases_loaded
    if first < plays.count:
        say(f"opening {plays.count - first} demo cases")
    for number in range(first, plays.count):
        try:
            with transaction() as session:
                case_no = plays.play(session, number)
                _load(session).cases_loaded = number + 1
            plays.follow_up(number, case_no)
            report.cases += 1
        except TuidanError as refusal:
            # An analyst may have changed a table or a diagram: the other stories are still worth telling.
            log.warning("demo case %d is left out: %s", number, refusal.message)
            report.left_out += 1
            with transaction() as session:
                _load(session).cases_loaded = number + 1
    if report.left_out:
        say(f"left out {report.left_out} demo cases that the deployed diagrams refuse")


def _load(session: Session) -> DemoLoad:
    return session.get_one(DemoLoad, 1, with_for_update=True)
