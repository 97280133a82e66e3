"""查看详情: one case as the seller sees it, and his decision."""

from __future__ import annotations

import uuid
from typing import Any

from flask import redirect, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from processes.cases.history import buyer_history
from processes.cases.views import CaseView
from processes.shipping.queries import shipments_of
from webapp.cases.choices import start_activity
from webapp.cases.interceptions import take_parcel_answer
from webapp.cases.page import complete, render_case
from webapp.seller import blueprint

TEMPLATE = "seller/case.html"


@blueprint.get("/cases/<case_no>")
def case(case_no: str) -> str:
    """Show one case."""
    return render_case(TEMPLATE, case_no, more=_more)


@blueprint.post("/cases/<case_no>/tasks/<uuid:task_id>")
def complete_task(case_no: str, task_id: uuid.UUID) -> Response | tuple[str, int]:
    """Complete a task of the shop's."""
    return complete(case_no, task_id, endpoint="seller.case", template=TEMPLATE, more=_more)


@blueprint.post("/cases/<case_no>/activities/<uuid:offered>")
def start(case_no: str, offered: uuid.UUID) -> Response:
    """Start an activity that is offered to the shop."""
    return start_activity(case_no, offered, endpoint="seller.case")


@blueprint.post("/cases/<case_no>/parcels/<shipment_no>")
def answer_parcel(case_no: str, shipment_no: str) -> Response:
    """Say what became of one of the parcels that a case wants stopped."""
    take_parcel_answer(case_no, shipment_no)
    return redirect(url_for("seller.case", case_no=case_no))


def _more(session: Session, view: CaseView) -> dict[str, Any]:
    return {
        "history": buyer_history(session, view.case.buyer_id),
        "shipments": shipments_of(session, view.order.id),
    }
