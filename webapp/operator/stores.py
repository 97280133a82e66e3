"""The data stores that processes share: their values, who wrote them last, and mending one by hand."""

from __future__ import annotations

import json

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.commands.edit_store import StoreChanged, StoreNotFound, edit_store, preview_store
from engine.commands.variables import read_value
from engine.errors import TuidanError
from engine.queries.stores import find_stores, store_of
from engine.values import JSON
from webapp.context import reader, tuidan
from webapp.errors.messages import message_of
from webapp.operator import blueprint
from webapp.operator.answering import reason_given, seen_version
from webapp.parameters import form_text, search_words


@blueprint.get("/stores")
def stores() -> str:
    """List the data stores, by their ids."""
    after = search_words("after")
    with tuidan().transaction() as session:
        return render_template(
            "operator/stores.html", page=find_stores(session, after=after), first=not after
        )


@blueprint.get("/stores/<store_id>")
def store(store_id: str) -> str:
    """Show a data store with its whole value, to be edited."""
    with tuidan().transaction() as session:
        found = store_of(session, store_id)
        text = json.dumps(found.value, ensure_ascii=False, indent=2)
        return render_template("operator/store.html", store=found, text=text)


@blueprint.post("/stores/<store_id>/preview")
def preview_of_store(store_id: str) -> str:
    """Show the old value beside the new one, and what follows; or why it can't be."""
    product = tuidan()
    text, edit, refusal = form_text("value"), None, ""
    try:
        edit = preview_store(product.engine, store_id, _value(), retype=_retype())
    except StoreNotFound:
        raise
    except TuidanError as error:
        refusal = message_of(error)
    with product.transaction() as session:
        found = store_of(session, store_id)
        if edit is not None and found.version != seen_version():
            edit, refusal = None, message_of(StoreChanged())
        return render_template(
            "operator/store.html",
            store=found,
            text=text,
            edit=edit,
            refusal=refusal,
            retype=_retype(),
            version=seen_version(),
        )


@blueprint.post("/stores/<store_id>")
def change_store(store_id: str) -> Response:
    """Give a data store another value, if nobody has written it meanwhile."""
    product = tuidan()
    with product.transaction() as session:
        edit_store(
            product.engine,
            session,
            store_id,
            _value(),
            version=seen_version(),
            retype=_retype(),
            reason=reason_given(),
            actor=reader().actor,
        )
    flash(gettext("The data store was changed."), "good")
    return redirect(url_for("operator.stores"), code=303)


def _value() -> JSON:
    return read_value(gettext("Value"), form_text("value"))


def _retype() -> bool:
    return bool(request.form.get("retype"))
