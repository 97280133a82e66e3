"""Importing tracking events from a CSV file: all of it or nothing, or only a look at what it would do."""

from __future__ import annotations

import datetime as dt
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
from processes.shipping.reporting import ParcelReport, take_report
from processes.shipping.rules import TRACKING_EVENTS
from processes.shipping.tracking import CarrierReport

REQUIRED = ("carrier", "tracking_no", "event", "at")
COLUMNS = (*REQUIRED, "event_id", "place", "note")
TEXT_MAXIMUM = 200


@dataclass(kw_only=True)
class TrackingImport:
    """What an import has done, or would do."""

    recorded: int = 0
    known: int = 0
    problems: list[Problem] = field(default_factory=list)


def import_tracking(
    session: Session, engine: ProcessEngine, stream: BinaryIO, actor: Actor, now: dt.datetime
) -> TrackingImport:
    """Import a CSV file; its format is in ``docs/importing.md``.

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
    with closing(numbered_rows(stream)) as rows:
        _, names = next(rows, (1, []))
        if problems := _header_problems(names):
            raise ImportRefused(problems)
        for line, values in rows:
            if len(done.problems) >= PROBLEM_LIMIT:
                break
            if len(values) != len(names):
                detail = f"{len(values)} fields, not {len(names)}"
                done.problems.append(Problem(code="import.row_length", line=line, detail=detail))
                continue
            report = _read(line, dict(zip(names, values, strict=True)), done.problems)
            if report is None:
                continue
            try:
                with session.begin_nested():
                    recorded = take_report(session, engine, report, actor=actor, now=now)
            except TuidanError as error:
                done.problems.append(
                    Problem(
                        code=error.code,
                        line=line,
                        column="tracking_no",
                        value=report.tracking_no[:80],
                        detail=error.message,
                    )
                )
            else:
                done.recorded, done.known = done.recorded + recorded, done.known + (not recorded)
    if done.problems:
        raise ImportRefused(done.problems[:PROBLEM_LIMIT])
    return done


def _header_problems(names: list[str]) -> list[Problem]:
    if not names:
        return [Problem(code="import.empty", line=1)]
    faults = [("import.column_missing", name) for name in REQUIRED if name not in names]
    faults += [("import.column_unknown", name) for name in names if name not in COLUMNS]
    faults += [("import.column_repeated", name) for name in sorted(set(names)) if names.count(name) > 1]
    return [Problem(code=code_, line=1, column=name) for code_, name in faults]


def _read(line: int, given: dict[str, str], problems: list[Problem]) -> ParcelReport | None:
    """Check a row field by field; None if anything is wrong with it."""
    before = len(problems)

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
            choice(given["event"], tuple(str(event) for event in TRACKING_EVENTS))
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
    if len(problems) > before or at is None:
        return None
    # A carrier without numbers of its own is told apart by what happened and when.
    event_id = given.get("event_id") or f"{given['event']}@{at.isoformat()}"
    return ParcelReport(
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
