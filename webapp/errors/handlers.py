"""Error pages: every refusal as a page in the reader's language, or as JSON under ``/api/``."""

from __future__ import annotations

import logging

from flask import Flask, Response, jsonify, redirect, render_template, request
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as WerkzeugResponse

from engine.errors import Kind, TuidanError
from processes.people.roles import Role
from webapp.auth.roles import sign_in_address
from webapp.context import current_reader
from webapp.errors.messages import HTTP_CODES, advice_of, http_message, message_of, title_of

log = logging.getLogger(__name__)

Answer = tuple[Response | str, int]


def init_app(app: Flask) -> None:
    """Attach the error pages to an application."""
    app.register_error_handler(TuidanError, _refused)
    app.register_error_handler(CSRFError, _form_expired)
    app.register_error_handler(401, _not_signed_in)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(Exception, _unexpected)


def _answer(status: int, code: str, message: str, advice: str, params: dict[str, object]) -> Answer:
    if request.path.startswith("/api/"):
        body = {"error": {"code": code, "message": message, "params": params}}
        response = jsonify(body)
        response.status_code = status
        return response, status
    if request.headers.get("HX-Request"):
        # A part of a page that polls: say it in the page's status line and leave the part alone.
        page = render_template("errors/fragment.html", message=message)
        response = Response(page, status=status, mimetype="text/html")
        response.headers["HX-Retarget"] = "#status"
        response.headers["HX-Reswap"] = "innerHTML"
        return response, status
    page = render_template(
        "errors/page.html",
        status=status,
        code=code,
        title=title_of(status),
        message=message,
        advice=advice,
        incident=_incident_for_reader(params),
    )
    return page, status


def _incident_for_reader(params: dict[str, object]) -> object:
    """The incident of a failed step, if who reads about it can open that."""
    person = current_reader()
    return params.get("incident") if person is not None and person.role is Role.OPERATOR else None


def _refused(error: TuidanError) -> Answer:
    status = int(getattr(error, "status", error.kind.value))
    params = {name: value for name, value in error.params.items() if _is_plain(value)}
    return _answer(status, error.code, message_of(error), advice_of(error), params)


def _is_plain(value: object) -> bool:
    return value is None or isinstance(value, str | int | float | bool | list | dict)


def _form_expired(_error: CSRFError) -> Answer:
    return _answer(
        400,
        "form.expired",
        gettext("This form is no longer valid."),
        gettext("Go back, reload the page and send it once more. Nothing has been changed."),
        {},
    )


def _not_signed_in(_error: HTTPException) -> Answer | WerkzeugResponse:
    if request.path.startswith("/api/"):
        return _answer(401, "http.unauthorized", http_message(401), "", {})
    if request.headers.get("HX-Request"):
        response = Response(status=401)
        response.headers["HX-Redirect"] = sign_in_address()
        return response
    return redirect(sign_in_address())


def _http(error: HTTPException) -> Answer | WerkzeugResponse:
    status = error.code or 500
    if status < 400:
        return error.get_response()
    code = HTTP_CODES.get(status, f"http.{status}")
    answer, _ = _answer(status, code, http_message(status), advice_of(status), {})
    if status == 405 and error.get_response().headers.get("Allow"):
        response = answer if isinstance(answer, Response) else Response(answer, mimetype="text/html")
        response.headers["Allow"] = error.get_response().headers["Allow"]
        return response, status
    return answer, status


def _database_away(error: OperationalError) -> Answer:
    log.error("the database doesn't answer", exc_info=error)
    status = Kind.UNAVAILABLE.value
    return _answer(status, "database.unavailable", http_message(status), advice_of(status), {})


def _unexpected(error: Exception) -> Answer:
    log.error("unexpected failure of %s %s", request.method, request.path, exc_info=error)
    return _answer(500, "internal", http_message(500), advice_of(500), {})
