"""Importing orders with their payments, parcels and tracking: all of a file, or nothing of it.

The same file again does nothing; a file with more payments, parcels or events for orders
that are known adds those.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import closing
from typing import BinaryIO

from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.errors import TuidanError
from processes.importing.columns import OrderRow
from processes.importing.problems import PROBLEM_LIMIT, ImportRefused, Problem
from processes.importing.reading import numbered_rows
from processes.importing.recording import ImportReport, OrderImport, record_order
from processes.importing.rows import RowReader, check_header
from processes.ports import ProcessEngine


def import_orders(
    session: Session, engine: ProcessEngine, stream: BinaryIO, actor: Actor, now: dt.datetime
) -> ImportReport:
    """Import a CSV file; its format is in ``docs/importing.md``.

    Args:
        session: The caller's transaction; on an error it must roll back.
        engine: Starts the watch of each parcel.
        stream: The file, opened for reading bytes.
        actor: Who imports.
        now: The present instant.

    Raises:
        ImportRefused: Something is wrong with the file; its ``problems`` say what, where
            and what to do.
    """
    work = OrderImport(session=session, engine=engine, actor=actor, now=now)
    with closing(numbered_rows(stream)) as rows:
        for group in _orders(rows, work):
            if len(work.problems) >= PROBLEM_LIMIT:
                break
            if not _consistent(group, work):
                continue
            try:
                with session.begin_nested():
                    record_order(group, work)
            except TuidanError as error:
                work.refuse(error.code, group[0], detail=error.message)
    if work.problems:
        raise ImportRefused(work.problems[:PROBLEM_LIMIT])
    return work.report


def _orders(rows: Iterator[tuple[int, list[str]]], work: OrderImport) -> Iterator[list[OrderRow]]:
    """Yield the rows of each order that has no problem in any of its fields."""
    _, names = next(rows, (1, []))
    if not names:
        raise ImportRefused([Problem(code="import.empty", line=1)])
    if problems := check_header(names):
        raise ImportRefused(problems)
    group: list[OrderRow] = []
    broken = ""
    for line, values in rows:
        if len(values) != len(names):
            detail = f"{len(values)} fields, not {len(names)}"
            work.problems.append(Problem(code="import.row_length", line=line, detail=detail))
            continue
        reader = RowReader(line=line, values=dict(zip(names, values, strict=True)))
        row = reader.read()
        work.problems.extend(reader.problems)
        if len(work.problems) >= PROBLEM_LIMIT:
            return
        order_no = reader.values["order_no"]
        if group and group[0].order_no != order_no:
            if group[0].order_no != broken:
                yield group
            group = []
        if row is None:
            broken = order_no
        else:
            group.append(row)
    if group and group[0].order_no != broken:
        yield group


def _consistent(rows: list[OrderRow], work: OrderImport) -> bool:
    before = len(work.problems)
    first = rows[0]
    if first.order_no in work.done:
        work.refuse("import.order_scattered", first, "order_no")
    work.done.add(first.order_no)
    lines: dict[int, OrderRow] = {}
    shipped: dict[int, int] = {}
    for row in rows:
        if row.order_text != first.order_text:
            work.refuse("import.order_changed", row, "order_no")
        known = lines.setdefault(row.line_no, row)
        if known.line_text != row.line_text or (known is not row and row.parcel is None):
            work.refuse("import.line_changed", row, "line_no")
        if row.parcel:
            shipped[row.line_no] = shipped.get(row.line_no, 0) + row.parcel.quantity
            if shipped[row.line_no] > row.quantity:
                work.refuse("import.shipped_too_many", row, "quantity")
    if sorted(lines) != list(range(1, len(lines) + 1)):
        work.refuse("import.not_a_number", first, "line_no", "lines of an order are numbered from 1")
    return len(work.problems) == before
