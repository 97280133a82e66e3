"""Units set aside: the list, and what somebody does with some of them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.errors import TuidanError
from processes.catalog.aside import (
    Place,
    Settlement,
    StockNotFound,
    latest_settlements,
    set_aside,
    settle,
)
from webapp.context import now, reader, tuidan
from webapp.errors.messages import message_of
from webapp.parameters import form_text, search_words, uuid_or_none


@dataclass(frozen=True, kw_only=True)
class Frame:
    """A role's stock page: its template and its endpoints."""

    template: str
    endpoint: str
    settle_endpoint: str


def stock_page(frame: Frame, problem: str = "") -> str:
    """Show the units that the reader may settle."""
    search = search_words()
    with tuidan().transaction() as session:
        page = set_aside(
            session, reader().actor, search=search, after=uuid_or_none(request.args.get("after", ""))
        )
        settled = latest_settlements(session, [item.variant_id for item in page.items])
        return render_template(
            frame.template,
            page=page,
            settled=settled,
            titles={item.variant_id: item.variant.sku for item in page.items},
            search=search,
            problem=problem,
            frame=frame,
            key=uuid.uuid4().hex,
            places=tuple(Place),
            settlements=tuple(Settlement),
        )


def take_settlement(frame: Frame, variant_id: uuid.UUID) -> Response | tuple[str, int]:
    """Settle some units, once for each form that was shown.

    Raises:
        StockNotFound: There is none, or it isn't the reader's.
    """
    units = form_text("units")
    try:
        with tuidan().transaction() as session:
            settle(
                session,
                variant_id,
                _one_of(Settlement, form_text("settlement")),
                place=_one_of(Place, form_text("place")),
                units=int(units) if units.isascii() and units.isdigit() and len(units) < 7 else 0,
                note=form_text("note"),
                actor=reader().actor,
                key=form_text("key")[:100],
                now=now(),
            )
    except StockNotFound:
        raise
    except TuidanError as refusal:
        return stock_page(frame, message_of(refusal)), refusal.kind.value
    flash(gettext("Done. It is in the stock's books."), "good")
    return redirect(url_for(frame.endpoint))


def _one_of(kind: type[Settlement] | type[Place], text: str) -> str:
    """A code that exists; anything else can't come from the page."""
    if text not in tuple(kind):
        raise StockNotFound
    return text
