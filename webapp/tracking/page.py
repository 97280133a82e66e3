"""The page of tracking files: choose one, look at what would become of each row, bring it in.

Between looking and bringing in, the file travels with the form; it is read and checked anew, so that what
was shown and what is done rest on the same code.
"""

from __future__ import annotations

import base64
import binascii
import io
import itertools
import uuid
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from flask import flash, render_template, request
from flask_babel import gettext

from engine.errors import Kind
from processes.importing.problems import ImportRefused, Problem
from processes.importing.tracking import (
    COLUMNS,
    REQUIRED,
    TrackingRow,
    preview_rows,
    take_rows,
)
from processes.shipping.keeping import KEPT_FOR, SHOWN_FOR, kept_events
from processes.shipping.rules import TRACKING_EVENTS
from webapp.context import now, reader, tuidan
from webapp.parameters import uuid_or_none

LARGEST_FILE = 256 * 1024
MOST_ROWS = 500

REFUSED = "refused"
"""What became of a row that has no ``Result``."""


@dataclass(frozen=True, kw_only=True)
class Side:
    """A role's page of tracking files.

    Attributes:
        everybody: It takes and shows everybody's events; otherwise those of the reader's own shops.
    """

    template: str
    endpoint: str
    take_endpoint: str
    everybody: bool = False


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A file with what would become of its rows, or what has.

    Attributes:
        content: The file, for the form that brings it in.
        fault: What is wrong with the file as a whole.
    """

    name: str
    content: str = ""
    rows: tuple[TrackingRow, ...] = ()
    counts: Counter[str] | None = None
    fault: Problem | None = None
    taken: bool = False


def tracking_page(side: Side, sheet: Sheet | None = None) -> str:
    """Show the form, a file if one was sent, and the events that wait for their parcel."""
    waiting = request.args.get("show") != "expired"
    with tuidan().transaction() as session:
        page = kept_events(
            session,
            expired=not waiting,
            source=None if side.everybody else reader().actor.id,
            after=uuid_or_none(request.args.get("after", "")),
        )
        return render_template(
            side.template,
            side=side,
            sheet=sheet,
            page=page,
            waiting=waiting,
            columns=COLUMNS,
            required=REQUIRED,
            events=TRACKING_EVENTS,
            kept_days=KEPT_FOR.days,
            shown_days=SHOWN_FOR.days,
            largest=LARGEST_FILE // 1024,
            most=MOST_ROWS,
        )


def look_at_file(side: Side) -> tuple[str, int]:
    """Show what would become of each row of the file that was sent; nothing is changed."""
    upload = request.files.get("file")
    name = (upload.filename or "")[:100] if upload else ""
    content = upload.stream.read(LARGEST_FILE + 1) if upload else b""
    shops = _shops(side)
    try:
        _check_size(content)
        with tuidan().transaction() as session:
            rows = preview_rows(session, io.BytesIO(content), shops=shops, actor=reader().actor, now=now())
            sheet = _sheet(name, content, _some(rows))
    except ImportRefused as refused:
        return tracking_page(side, Sheet(name=name, fault=refused.problems[0])), Kind.INVALID.value
    return tracking_page(side, sheet), 200


def take_file(side: Side) -> tuple[str, int]:
    """Bring in the rows that can be; the others are shown with what to do."""
    try:
        content = base64.b64decode(request.form.get("content", ""), validate=True)
    except binascii.Error:
        content = b""
    name = request.form.get("name", "")[:100]
    try:
        _check_size(content)
        product = tuidan()
        rows = take_rows(
            product.transaction,
            product.engine,
            io.BytesIO(content),
            shops=_shops(side),
            actor=reader().actor,
            now=now(),
        )
        sheet = _sheet(name, content, _some(rows), taken=True)
    except ImportRefused as refused:
        return tracking_page(side, Sheet(name=name, fault=refused.problems[0])), Kind.INVALID.value
    flash(gettext("The file has been brought in; what became of each row is shown below."), "good")
    return tracking_page(side, sheet), 200


def _shops(side: Side) -> Collection[uuid.UUID]:
    """Whose parcels the reader may report; a seller without a shop may report nobody's."""
    return () if side.everybody else reader().shop_ids or (uuid.UUID(int=0),)


def _some(rows: Iterator[TrackingRow]) -> tuple[TrackingRow, ...]:
    """No more rows than the page takes; a longer file is refused before any of it is taken."""
    return tuple(itertools.islice(rows, MOST_ROWS))


def _check_size(content: bytes) -> None:
    if len(content) > LARGEST_FILE or content.count(b"\n") > MOST_ROWS + 1:
        raise ImportRefused([Problem(code="import.too_large", line=1)])


def _sheet(name: str, content: bytes, rows: tuple[TrackingRow, ...], *, taken: bool = False) -> Sheet:
    return Sheet(
        name=name,
        content=base64.b64encode(content).decode(),
        rows=rows,
        counts=Counter(str(row.result) if row.result else REFUSED for row in rows),
        taken=taken,
    )
