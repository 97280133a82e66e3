"""Tracking events from a CSV file: read row by row, looked at beforehand, and taken.

The command line takes all of a file or nothing; a page takes the rows that can be taken, after it has
shown what would become of each.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import BinaryIO

from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.errors import TuidanError
from processes.importing.fields import FieldProblem, choice, code, instant
from processes.importing.problems import PROBLEM_LIMIT, ImportRefused, Problem
from processes.importing.reading import numbered_rows
from processes.ports import ProcessEngine
from processes.shipping.reporting import ParcelReport, Result, Transaction, foresee, take_report
from processes.shipping.rules import TRACKING_EVENTS
from processes.shipping.tracking import CarrierReport

REQUIRED = ("carrier", "tracking_no", "event", "at")
COLUMNS = (*REQUIRED, "event_id", "place", "note")
TEXT_MAXIMUM = 200


@dataclass(kw_only=True)
class TrackingImport:
    """What an import has done, or would do: how many events came to which result."""

    counts: Counter[Result] = field(default_factory=Counter)

    @property
    def recorded(self) -> int:
        """Events that were new."""
        return self.counts[Result.RECORDED]

    @property
    def known(self) -> int:
        """Events that were known, or kept, already."""
        return self.counts[Result.KNOWN]

    @property
    def kept(self) -> int:
        """Events that wait for their parcel."""
        return self.counts[Result.KEPT]


@dataclass(frozen=True, kw_only=True)
class TrackingRow:
    """A row of the file: what it reports, or what is wrong with it.

    Attributes:
        line: In the file, from 1.
        given: The fields by column, as they stand there; empty if they don't fit the header.
        result: What became of it, or would; None before that is known.
    """

    line: int
    given: dict[str, str]
    report: ParcelReport | None
    problems: tuple[Problem, ...] = ()
    result: Result | None = None


def import_tracking(
    session: Session, engine: ProcessEngine, stream: BinaryIO, actor: Actor, now: dt.datetime
) -> TrackingImport:
    """Import a CSV file, all of it or nothing; its format is in ``docs/importing.md``.

    Args:
        session: The caller's transaction; on an error, and after a dry run, it must roll back.
        engine: Takes messages to watches and cases.
        stream: The file, opened for reading bytes.
        actor: Who imports.
        now: The present instant.

    Raises:
        ImportRefused: Something is wrong with the file; its ``problems`` say what, where
            and what to do.
    """
    done = TrackingImport()
    problems: list[Problem] = []
    for row in tracking_rows(stream):
        if len(problems) >= PROBLEM_LIMIT:
            break
        if row.report is None:
            problems += row.problems
            continue
        try:
            with session.begin_nested():
                done.counts[take_report(session, engine, row.report, actor=actor, now=now)] += 1
        except TuidanError as error:
            problems.append(_refused(row, error))
    if problems:
        raise ImportRefused(problems[:PROBLEM_LIMIT])
    return done


def preview_rows(
    session: Session, stream: BinaryIO, *, shops: Collection[uuid.UUID], actor: Actor, now: dt.datetime
) -> Iterator[TrackingRow]:
    """Say of each row what would become of it now; nothing is changed.

    Args:
        session: The caller's transaction.
        stream: The file.
        shops: Whose parcels alone may be reported; none: everybody's.
        actor: Who would report.
        now: When.

    Raises:
        ImportRefused: The file as a whole can't be read.
    """
    for row in tracking_rows(stream):
        if row.report is None:
            yield row
            continue
        try:
            result = foresee(session, row.report, shops=shops, actor=actor, now=now)
        except TuidanError as error:
            yield _with_problem(row, error)
        else:
            yield _with_result(row, result)


def take_rows(
    transaction: Transaction,
    engine: ProcessEngine,
    stream: BinaryIO,
    *,
    shops: Collection[uuid.UUID],
    actor: Actor,
    now: dt.datetime,
) -> Iterator[TrackingRow]:
    """Take each row that can be taken, in a transaction of its own; taken twice, nothing more happens.

    Args:
        transaction: Opens one.
        engine: Takes messages to watches and cases.
        stream: The file.
        shops: Whose parcels alone may be reported; none: everybody's.
        actor: Who reports.
        now: When.

    Raises:
        ImportRefused: The file as a whole can't be read.
    """
    for row in tracking_rows(stream):
        if row.report is None:
            yield row
            continue
        try:
            with transaction() as session:
                result = take_report(session, engine, row.report, shops=shops, actor=actor, now=now)
        except TuidanError as error:
            yield _with_problem(row, error)
        else:
            yield _with_result(row, result)


def tracking_rows(stream: BinaryIO) -> Iterator[TrackingRow]:
    """Read a file row by row.

    Raises:
        ImportRefused: The file as a whole can't be read, or its header is wrong.
    """
    with closing(numbered_rows(stream)) as rows:
        _, names = next(rows, (1, []))
        if problems := _header_problems(names):
            raise ImportRefused(problems)
        for line, values in rows:
            if len(values) != len(names):
                detail = f"{len(values)} fields, not {len(names)}"
                problem = Problem(code="import.row_length", line=line, detail=detail)
                yield TrackingRow(line=line, given={}, report=None, problems=(problem,))
            else:
                yield _read(line, dict(zip(names, values, strict=True)))


def _header_problems(names: list[str]) -> list[Problem]:
    if not names:
        return [Problem(code="import.empty", line=1)]
    faults = [("import.column_missing", name) for name in REQUIRED if name not in names]
    faults += [("import.column_unknown", name) for name in names if name not in COLUMNS]
    faults += [("import.column_repeated", name) for name in sorted(set(names)) if names.count(name) > 1]
    return [Problem(code=code_, line=1, column=name) for code_, name in faults]


def _read(line: int, given: dict[str, str]) -> TrackingRow:
    """Check a row field by field."""
    problems: list[Problem] = []

    def refuse(column: str, problem: str, detail: str = "") -> None:
        problems.append(
            Problem(code=problem, line=line, column=column, value=given.get(column, "")[:80], detail=detail)
        )

    for column in REQUIRED:
        if not given[column]:
            refuse(column, "import.value_missing")
    for column, text in given.items():
        if len(text) > TEXT_MAXIMUM:
            refuse(column, "import.value_too_long")
    at = None
    try:
        if given["event"]:
            choice(given["event"], TRACKING_EVENTS)
    except FieldProblem as fault:
        refuse("event", fault.code, fault.detail)
    try:
        if given["tracking_no"]:
            code(given["tracking_no"])
    except FieldProblem as fault:
        refuse("tracking_no", fault.code, fault.detail)
    try:
        at = instant(given["at"]) if given["at"] else None
    except FieldProblem as fault:
        refuse("at", fault.code, fault.detail)
    if problems or at is None:
        return TrackingRow(line=line, given=given, report=None, problems=tuple(problems))
    # A carrier without numbers of its own is told apart by what happened and when.
    event_id = given.get("event_id") or f"{given['event']}@{at.isoformat()}"
    report = ParcelReport(
        carrier=given["carrier"],
        tracking_no=given["tracking_no"],
        report=CarrierReport(
            event_id=event_id,
            event=given["event"],
            at=at,
            place=given.get("place", ""),
            note=given.get("note", ""),
        ),
    )
    return TrackingRow(line=line, given=given, report=report)


def _refused(row: TrackingRow, error: TuidanError) -> Problem:
    value = row.given.get("tracking_no", "")[:80]
    return Problem(code=error.code, line=row.line, column="tracking_no", value=value, detail=error.message)


def _with_problem(row: TrackingRow, error: TuidanError) -> TrackingRow:
    return TrackingRow(line=row.line, given=row.given, report=None, problems=(_refused(row, error),))


def _with_result(row: TrackingRow, result: Result) -> TrackingRow:
    return TrackingRow(line=row.line, given=row.given, report=row.report, result=result)
