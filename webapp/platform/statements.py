"""对账单: every account of the marketplace, and one of them month by month."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from flask import Response, abort, render_template, request
from sqlalchemy.orm import Session

from processes.catalog.tables import Shop
from processes.liability.balances import balances
from processes.liability.bearing import PLATFORM
from webapp.context import tuidan
from webapp.parameters import choice, uuid_or_none
from webapp.platform import blueprint
from webapp.statements.showing import Shown, statement_file, statement_page
from webapp.wording import word

KINDS = ("shop", "carrier", "advance", "bank", "provider", "carriage")
ACCOUNT_MAXIMUM = 300


@blueprint.get("/statements")
def statements() -> str:
    """List the accounts of a kind with what they stand at."""
    kind = choice("kind", KINDS) or KINDS[0]
    after = request.args.get("after", "")[:ACCOUNT_MAXIMUM].replace("\x00", "")
    with tuidan().transaction() as session:
        page = balances(session, kind, after=after)
        names = _names(session, (row.account for row in page.rows))
    return render_template("statements/accounts.html", page=page, names=names, kind=kind, kinds=KINDS)


@blueprint.get("/statement")
def statement() -> str:
    """Show a month of an account."""
    shown, kind = _shown()
    return statement_page("statements/platform.html", shown, kind=kind)


@blueprint.get("/statement.csv")
def statement_download() -> Response:
    """The same month as a file."""
    return statement_file(_shown()[0])


def _shown() -> tuple[Shown, str]:
    account = request.args.get("account", "")[:ACCOUNT_MAXIMUM].replace("\x00", "")
    kind = account.partition(":")[0]
    if account != PLATFORM and (kind not in KINDS or ":" not in account):
        abort(404)
    with tuidan().transaction() as session:
        title = _names(session, [account])[account]
    return (
        Shown(
            account=account,
            title=title,
            endpoint="platform.statement",
            download="platform.statement_download",
            case_endpoint="platform.case",
            order_endpoint="platform.order",
            args={"account": account},
        ),
        kind,
    )


def _names(session: Session, accounts: Iterable[str]) -> dict[str, str]:
    """What people call accounts: the shop's name, the carrier's, or what kind of account it is."""
    found = list(accounts)
    ids = {account: uuid_or_none(account.partition(":")[2]) for account in found}
    known = [shop_id for shop_id in ids.values() if shop_id]
    shops = {shop.id: shop.name for shop in session.scalars(sa.select(Shop).where(Shop.id.in_(known)))}
    return {
        account: (shops.get(shop_id) if shop_id else None)
        or account.partition(":")[2]
        or str(word(account, "account_kind"))
        for account, shop_id in ids.items()
    }
