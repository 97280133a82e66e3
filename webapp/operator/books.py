"""Whether the books of who bears what are right."""

from __future__ import annotations

from flask import render_template

from processes.liability.checking import check_books
from webapp.context import tuidan
from webapp.operator import blueprint


@blueprint.get("/books")
def books() -> str:
    """Check the books and show what was found."""
    with tuidan().transaction() as session:
        return render_template("operator/books.html", check=check_books(session))
