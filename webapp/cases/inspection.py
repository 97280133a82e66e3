"""Counting the units of a returned parcel line by line, beside the form of the seller's task."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from flask import Flask, request
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from processes.cases.tables import CancellationCase
from processes.orders.tables import OrderLine
from processes.returns.inspecting import record_findings
from processes.returns.rules import Finding
from processes.returns.sending import outstanding
from webapp.context import now, reader

FORM = "confirm_return.form"
"""The form of the task; its field ``inspection`` says whether units are counted."""

PARTLY = "partly"

KINDS: dict[str, LazyString] = {
    "good": _l("As it should be"),
    "damaged": _l("Damaged or used"),
    "wrong_item": _l("Another item"),
    "missing": _l("Missing"),
}
"""What a seller counts, by the field of ``Finding``."""

FOUND: dict[str, LazyString] = {**KINDS, "unproven": _l("Claim isn't borne out")}


@dataclass(frozen=True, kw_only=True)
class CountedLine:
    """A line whose units are to be counted, with what was entered so far, by kind."""

    line: OrderLine
    units: int
    entered: dict[str, str]

    def field(self, kind: str) -> str:
        """The name of the input for a kind."""
        return _field(self.line.id, kind)


def counted_lines(case: CancellationCase) -> list[CountedLine]:
    """Return the lines of a case to be counted; at first all units are as they should be."""
    return [
        CountedLine(
            line=line.order_line,
            units=units,
            entered={
                kind: request.form.get(
                    _field(line.order_line_id, kind), str(units) if kind == "good" else "0"
                )
                for kind in KINDS
            },
        )
        for line, units in outstanding(case)
    ]


def take_findings(session: Session, case: CancellationCase) -> None:
    """Record what the submitted form counts, if it says that units were counted.

    Raises:
        FindingsInvalid: The counts of a line are not those of its units.
    """
    if request.form.get("inspection") != PARTLY:
        return
    findings = {
        line.order_line_id: Finding(
            **{kind: _number(request.form.get(_field(line.order_line_id, kind), "")) for kind in KINDS}
        )
        for line, _ in outstanding(case)
    }
    record_findings(session, case, findings, actor=reader().actor, now=now())


def init_app(app: Flask) -> None:
    """Give the case page what it draws the counts with."""
    app.jinja_env.globals.update(
        inspection_form=FORM,
        inspection_kinds=KINDS,
        finding_kinds=FOUND,
        counted_lines=counted_lines,
        partly=PARTLY,
    )


def _field(line_id: uuid.UUID, kind: str) -> str:
    return f"found-{line_id}-{kind}"


def _number(text: str) -> int:
    """A count as it was entered; what is no number can't add up to the units."""
    digits = text.strip() or "0"
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 7 else -1
