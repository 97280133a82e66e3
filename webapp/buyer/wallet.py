"""优惠券与积分: what a buyer can still use, and what was spent and came back."""

from __future__ import annotations

from flask import render_template, request

from processes.wallet.queries import wallet_of
from webapp.buyer import blueprint
from webapp.context import now, reader, tuidan
from webapp.parameters import position


@blueprint.get("/wallet")
def wallet() -> str:
    """Show the buyer's coupons and points."""
    with tuidan().transaction() as session:
        found = wallet_of(session, reader().account_id, now=now(), before=position("before"))
        return render_template("buyer/wallet.html", wallet=found, later=request.args.get("before"))
