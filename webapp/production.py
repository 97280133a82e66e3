"""What web and worker check before they start: the schema, and that a production has no demo data."""

from __future__ import annotations

import logging

import sqlalchemy as sa

from processes.catalog.tables import Shop
from processes.money.ledger.gateway import LedgerGateway
from processes.people.tables import Account
from webapp import migrations
from webapp.bootstrap import Tuidan
from webapp.settings_reading import NotForProduction

MONEY = ("wechat", "alipay", "unionpay")
"""Tenders whose refunds a provider has to move; the others are the platform's own."""

log = logging.getLogger(__name__)


def check_before_start(tuidan: Tuidan) -> None:
    """Refuse to start on a database that can't serve, or must not.

    Raises:
        SchemaBehind: The database has to be migrated first.
        NotForProduction: A production whose database has demo shops or demo accounts.
    """
    migrations.check_sufficient(tuidan.database)
    if not tuidan.settings.production:
        return
    booked = [tender for tender in MONEY if tuidan.gateway.provider_of(tender) == LedgerGateway.NAME]
    if booked:
        log.warning("refunds by %s are only booked in the embedded ledger; see docs/payments.md", booked)
    with tuidan.transaction() as session:
        for model in (Shop, Account):
            if session.scalar(sa.select(model.id).where(model.demo).limit(1)):
                raise NotForProduction(
                    what="this database, which has demo shops or demo accounts",
                    remedy="use a database of its own",
                )
