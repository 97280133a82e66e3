"""Where payment providers tell what became of refunds: signed, taken once, answered at once."""

from __future__ import annotations

from flask import Blueprint, jsonify, request
from werkzeug.wrappers import Response

from engine.errors import NotFound
from processes.money.notices import take_notice
from webapp.context import now, tuidan

blueprint = Blueprint("webhooks", __name__, url_prefix="/api/webhooks")

LARGEST_NOTICE = 256 * 1024


@blueprint.post("/<provider>")
def notice(provider: str) -> Response:
    """Take a provider's notice.

    The answer is the same whether or not there is such a refund. Anything but a 2xx lets the
    provider send it again.

    Raises:
        NotFound: No such provider is set up here.
        NoticeRefused: Its signature is wrong, or it is too old.
    """
    request.max_content_length = LARGEST_NOTICE
    reader = tuidan().notices.get(provider)
    if reader is None:
        raise NotFound
    found = reader.read(dict(request.headers), request.get_data())
    if found is not None:
        with tuidan().transaction() as session:
            take_notice(session, tuidan().engine, found, now=now())
    return jsonify({"received": True})


from webapp.webhooks import tracking  # noqa: E402 - the view hangs itself on the blueprint

__all__ = ["blueprint", "notice", "tracking"]
