"""What a seller can offer in place of a cancellation, on the page where he decides."""

from __future__ import annotations

import dataclasses

from processes.offers.making import REVIEW_TASK
from processes.offers.reading import Offers
from webapp.cases.forms import TaskForm
from webapp.taskforms import Field


def with_possible_offers(form: TaskForm, offers: Offers) -> TaskForm:
    """Leave out of the form of a review what can't be offered now; the operation refuses it, too."""
    if form.task.element_id != REVIEW_TASK:
        return form
    fields = [_possible(field, offers) for field in form.fields]
    return dataclasses.replace(form, fields=fields)


def _possible(field: Field, offers: Offers) -> Field:
    match field.key:
        case "decision" if not offers.left:
            options = tuple(option for option in field.options if option.code != "offer")
        case "offer_kind":
            options = tuple(option for option in field.options if option.code in offers.kinds)
        case _:
            return field
    return dataclasses.replace(field, options=options)
