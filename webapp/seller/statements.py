"""对账单: what the shop bears and recovers, month by month."""

from __future__ import annotations

from flask import Response, abort, request

from processes.liability.bearing import advance_account, shop_account
from webapp.context import reader
from webapp.parameters import uuid_or_none
from webapp.seller import blueprint
from webapp.statements.showing import Shown, statement_file, statement_page

ACCOUNTS = {"shop": shop_account, "advance": advance_account}


@blueprint.get("/statement")
def statement() -> str:
    """Show a month of an account of the shop's own."""
    return statement_page("statements/seller.html", _shown())


@blueprint.get("/statement.csv")
def statement_download() -> Response:
    """The same month as a file."""
    return statement_file(_shown())


def _shown() -> Shown:
    shops = dict(reader().shops)
    shop_id = uuid_or_none(request.args.get("shop", "")) or next(iter(shops), None)
    kind = request.args.get("kind", "shop")
    if shop_id not in shops or kind not in ACCOUNTS or shop_id is None:
        # Another shop's statement is as if there were none.
        abort(404)
    return Shown(
        account=ACCOUNTS[kind](shop_id),
        title=shops[shop_id],
        endpoint="seller.statement",
        download="seller.statement_download",
        case_endpoint="seller.case",
        order_endpoint="seller.order",
        args={"shop": shop_id, "kind": kind},
    )
