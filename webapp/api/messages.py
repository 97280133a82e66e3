"""The conversation of a case: read and written by a shop's system."""

from __future__ import annotations

import re

from flask import request
from werkzeug.wrappers import Response

from engine.values import JSON
from processes.conversation.posting import WriteMessage, write_message
from processes.conversation.reading import mark_read, messages_after, read_positions
from processes.conversation.rules import read_by
from processes.conversation.tables import CaseMessage
from processes.integration.cases import shop_case
from processes.integration.requests import Answer
from webapp.api.access import Caller, change, read
from webapp.api.errors import QueryInvalid
from webapp.api.schemas import MessageIn, ReadIn
from webapp.context import now

# The numbers of messages are small; nothing else fits the database's whole numbers.
NUMBER = re.compile(r"[0-9]{1,9}")


def get_messages(case_no: str) -> Response:
    """Answer with a page of a case's messages, the oldest first. Reading them here marks none as read."""
    after = request.args.get("after") or "0"
    if not NUMBER.fullmatch(after):
        raise QueryInvalid(name="after", value=after[:80])

    def answer(who: Caller) -> dict[str, JSON]:
        case = shop_case(who.session, who.shop.id, case_no)
        page = messages_after(who.session, case.case_no, int(after))
        read_up_to = read_positions(who.session, case.case_no)
        messages: list[JSON] = [_body(message, read_up_to) for message in page.messages]
        return {"messages": messages, "next": page.next}

    return read(answer)


def post_message(case_no: str) -> Response:
    """Write a message on behalf of the shop; 201 with it."""

    def perform(who: Caller, body: MessageIn) -> Answer:
        case = shop_case(who.session, who.shop.id, case_no)
        command = WriteMessage(case_no=case.case_no, text=body.text, key=f"api:{who.key}")
        message = write_message(who.session, command, who.actor, now())
        return Answer(status=201, body=_body(message, {}))

    return change(MessageIn, perform)


def post_read(case_no: str) -> Response:
    """Note that the shop has read up to a message; answers with how far it has read."""

    def perform(who: Caller, body: ReadIn) -> Answer:
        case = shop_case(who.session, who.shop.id, case_no)
        mark_read(who.session, case.case_no, body.number, "seller", who.actor, now())
        return Answer(status=200, body={"number": read_positions(who.session, case.case_no).get("seller", 0)})

    return change(ReadIn, perform)


def _body(message: CaseMessage, read_up_to: dict[str, int]) -> dict[str, JSON]:
    readers: list[JSON] = list(read_by(message.number, message.side, read_up_to))
    return {
        "number": message.number,
        "side": message.side,
        "author": message.author_name,
        "text": message.text,
        "at": message.at.isoformat().replace("+00:00", "Z"),
        "erased": message.erased_at is not None,
        "read_by": readers if message.side == "seller" else [],
    }
