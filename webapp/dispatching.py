"""Answering a request once more if a deadlock has ended its transaction: the same for pages and the API."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Flask, g, has_request_context, request
from flask.typing import ResponseReturnValue

from engine.deadlocks import again
from webapp.bootstrap import Tuidan


class Web(Flask):
    """A Flask application that does a view again after a deadlock, if nothing of it was committed."""

    def dispatch_request(self) -> ResponseReturnValue:
        """Call the view of the request; it finds the body and the files as they came, however often."""
        g.committed, g.tried = False, False
        return again(self._view, unless=lambda: bool(g.committed))

    def _view(self) -> ResponseReturnValue:
        if g.tried:
            for field in request.files:
                for file in request.files.getlist(field):
                    file.stream.seek(0)
        g.tried = True
        return super().dispatch_request()


def watch_commits(tuidan: Tuidan) -> None:
    """Note in each request whether one of its transactions has been committed."""

    @sa.event.listens_for(tuidan.sessions, "after_commit")
    def _note(_session: object) -> None:
        if has_request_context():
            g.committed = True
