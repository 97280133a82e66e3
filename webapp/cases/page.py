"""The page of one case, put together for whoever reads it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from engine.errors import Kind
from processes.cases.views import CaseView, case_view
from processes.conversation.reading import conversation_of
from processes.evidence.keeping import evidence_of
from processes.offers.reading import offers_of_case
from processes.refusals.delivering import RETURN, delivery_of, record_reading
from processes.returns.refused import record_refused_reading
from webapp.cases.automatic import automatic_of
from webapp.cases.choices import offered_to_others
from webapp.cases.figures import lines_of
from webapp.cases.forms import Rejected, submit_task, task_form
from webapp.cases.interceptions import interception_parts
from webapp.cases.offers import with_possible_offers
from webapp.cases.timeline import timeline_of
from webapp.cases.waiting import waiting_of
from webapp.context import now, reader, tuidan
from webapp.ratings.views import rating_parts

More = Callable[[Session, CaseView], dict[str, Any]]


def render_case(
    template: str, case_no: str, *, rejected: Rejected | None = None, more: More | None = None
) -> str:
    """Render a case by a template of the reader's role.

    Args:
        template: Extends ``case/page.html``.
        case_no: Which case.
        rejected: A submission to show again, with what is wrong with it.
        more: Reads what this role sees besides.

    Raises:
        CaseNotFound: There is none, or the reader may not see it.
    """
    with tuidan().transaction() as session:
        actor = reader().actor
        view = case_view(session, case_no, actor)
        refund = view.refund
        offers = offers_of_case(session, view.case)
        record_reading(session, view.case, actor, now())
        record_refused_reading(session, view.case, actor, now())
        return render_template(
            template,
            view=view,
            case=view.case,
            order=view.order,
            entries=timeline_of(view.timeline),
            waiting=waiting_of(view),
            offered_to_others=offered_to_others(view),
            automatic=automatic_of(session, view.case),
            evidence=evidence_of(session, view.case, actor),
            conversation=conversation_of(session, view.case, actor, now()),
            forms=[
                with_possible_offers(task_form(session, task, rejected), offers) for task in view.my_tasks
            ],
            offers=offers,
            least_left=offers.least_left,
            delivery=delivery_of(session, view.case),
            rejection=delivery_of(session, view.case, RETURN),
            **interception_parts(session, view.case),
            **rating_parts(session, view.case),
            figures=lines_of(refund.explanation if refund else view.case.estimate, view.case.currency),
            **(more(session, view) if more else {}),
        )


def complete(
    case_no: str, task_id: uuid.UUID, *, endpoint: str, template: str, more: More | None = None
) -> Response | tuple[str, int]:
    """Complete a task from a case's page, and show the page again: as it is now, or with what is wrong."""
    rejected = submit_task(task_id)
    if rejected is not None:
        page = render_case(template, case_no, rejected=rejected, more=more)
        return page, Kind.INVALID.value
    flash(gettext("Done. The case has moved on."), "good")
    return redirect(url_for(endpoint, case_no=case_no))
