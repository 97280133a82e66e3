"""Reading and writing messages. A part that htmx fetches is sent without the frame of the page."""

from __future__ import annotations

import uuid

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.errors import NotFound, TuidanError
from processes.cases.access import visible_case
from processes.conversation.errors import ConversationNotFound
from processes.conversation.posting import WriteMessage, write_message
from processes.conversation.reading import conversation_of
from processes.conversation.rules import TEXT_MAXIMUM
from processes.evidence.keeping import keep
from webapp.context import now, reader, tuidan
from webapp.conversation import blueprint
from webapp.errors.messages import advice_of, message_of
from webapp.evidence.uploads import uploaded
from webapp.parameters import form_text
from webapp.people.notifications import CASE_PAGES

KEY_MAXIMUM = 64

# What a request of htmx's can ask for alone.
PARTS = {"messages": "conversation/messages.html", "earlier": "conversation/lines.html"}


@blueprint.get("/<case_no>")
def messages(case_no: str) -> str:
    """Show the conversation of a case, or the part of it that is asked for."""
    template = PARTS.get(request.args.get("part", ""), "conversation/page.html")
    before = request.args.get("before", "")
    return _render(case_no, template, before=int(before) if before.isascii() and before.isdigit() else None)


@blueprint.post("/<case_no>")
def send(case_no: str) -> Response | str | tuple[str, int]:
    """Write a message; sent twice, it is one."""
    product, person = tuidan(), reader()
    in_page = bool(request.headers.get("HX-Request"))
    template = "conversation/card.html" if in_page else "conversation/page.html"
    text = form_text("text")
    try:
        drafts = uploaded()
        command = WriteMessage(
            case_no=case_no,
            text=text,
            key=form_text("key")[:KEY_MAXIMUM] or uuid.uuid4().hex,
            drafts=drafts,
        )
        with product.transaction() as session:
            write_message(session, command, person.actor, now())
            keep(product.evidence, drafts)
    except NotFound:
        raise
    except TuidanError as refusal:
        page = _render(case_no, template, entered=text, refusal=refusal)
        return page, refusal.kind.value
    if in_page:
        return _render(case_no, template, sent=True)
    return redirect(url_for(CASE_PAGES[person.role], case_no=case_no, _anchor="conversation"))


def _render(
    case_no: str,
    template: str,
    *,
    before: int | None = None,
    entered: str = "",
    refusal: TuidanError | None = None,
    sent: bool = False,
) -> str:
    person = reader()
    with tuidan().transaction() as session:
        case = visible_case(session, case_no, person.actor)
        view = conversation_of(session, case, person.actor, now(), before=before)
        if view is None:
            raise ConversationNotFound
        return render_template(
            template,
            case=case,
            conversation=view,
            back=url_for(CASE_PAGES[person.role], case_no=case_no),
            before=before,
            entered=entered,
            error=message_of(refusal) if refusal else "",
            advice=advice_of(refusal) if refusal else "",
            sent=sent,
        )


def new_message() -> dict[str, object]:
    """What the form for a message needs, for every page that has one."""
    return {"message_maximum": TEXT_MAXIMUM, "message_key": lambda: uuid.uuid4().hex}
