"""The data stores that processes share: their values, and who wrote them last."""

from __future__ import annotations

from flask import render_template

from engine.queries.stores import find_stores
from webapp.context import tuidan
from webapp.operator import blueprint
from webapp.parameters import search_words


@blueprint.get("/stores")
def stores() -> str:
    """List the data stores, by their ids."""
    after = search_words("after")
    with tuidan().transaction() as session:
        return render_template(
            "operator/stores.html", page=find_stores(session, after=after), first=not after
        )
