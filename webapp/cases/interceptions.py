"""The parcels that a case wants stopped, beside the form of the seller's task: one answer for each."""

from __future__ import annotations

from typing import Any

from flask import Flask, flash, request
from flask_babel import gettext
from sqlalchemy.orm import Session

from processes.cases.tables import CancellationCase
from processes.shipping.errors import InterceptionAnswerUnknown
from processes.shipping.intercepting import answer_interception, interceptions_of
from processes.shipping.missed import missed_parcels, reason_to_return
from processes.shipping.rules import ANSWERS, Answer
from webapp.context import now, reader, tuidan

FORM = "report_interception.form"
"""The form of the task, for all parcels that have no answer yet; one alone is answered by its buttons."""

SAID = tuple(ANSWERS.values())
"""What a person can answer; that nobody did is for the clock to say."""


def interception_parts(session: Session, case: CancellationCase) -> dict[str, Any]:
    """What the case's page shows of parcels that are, or were, to be stopped."""
    asked = interceptions_of(session, case.case_no)
    return {
        "interceptions": asked,
        "missed": missed_parcels(session, case.case_no) if asked and case.closed_at else (),
        "missed_reason": reason_to_return(case),
    }


def take_parcel_answer(case_no: str, shipment_no: str) -> None:
    """Take what the reader's shop says of one parcel.

    Raises:
        CaseNotFound: There is none, or it isn't the shop's.
        ShipmentNotFound: The case has not asked for such a parcel.
        InterceptionEnded: The case has gone on with something else.
        InterceptionAnswerUnknown: The page has no such button.
    """
    said = request.form.get("answer", "")
    if said not in SAID:
        raise InterceptionAnswerUnknown(answer=said[:80], known=", ".join(SAID))
    with tuidan().transaction() as session:
        answer_interception(
            session, tuidan().engine, case_no, shipment_no, Answer(said), actor=reader().actor, now=now()
        )
    flash(gettext("Noted. The case goes on once each parcel has been answered for."), "good")


def init_app(app: Flask) -> None:
    """Give the case page what it draws the parcels with."""
    app.jinja_env.globals.update(interception_form=FORM, interception_answers=SAID)
