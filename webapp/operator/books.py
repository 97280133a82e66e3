"""Whether the books of who bears what are right."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from engine.batches import ask_for_batch
from engine.ids import new_id
from processes.liability.checking import CHECK_BOOKS, last_check
from webapp.context import tuidan
from webapp.operator import blueprint


@blueprint.get("/books")
def books() -> str:
    """Show what the last check found: it reads every posting, and so is no page's to do."""
    with tuidan().transaction() as session:
        return render_template("operator/books.html", checked=last_check(session))


@blueprint.post("/books/check")
def check_books() -> Response:
    """Have a worker check all books now."""
    with tuidan().transaction() as session:
        ask_for_batch(session, CHECK_BOOKS, new_id())
    flash(gettext("A worker checks the books now; look again in a moment."), "good")
    return redirect(url_for("operator.books"))
