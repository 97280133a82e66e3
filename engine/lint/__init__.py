"""The linter: what keeps a bundle from being deployed, and what will surprise its author.

It never raises for bad input, and looks at all files of a bundle at once, since diagrams
refer to each other, to tables, forms and operations.
"""

from __future__ import annotations

import datetime as dt
import warnings
from collections.abc import Iterable, Iterator, Mapping

from engine.lint import (
    ad_hoc,
    behaviour,
    compensation,
    data,
    decisions,
    elements,
    ends,
    events,
    expressions,
    forms,
    joins,
    quantities,
    references,
    starts,
    structure,
    timers,
    transactions,
)
from engine.lint.diagram import Scope, processes_of, scopes_of
from engine.lint.findings import Finding, Severity
from engine.lint.references import References
from engine.lint.source import Document, make
from engine.lint.xml import read
from engine.operations import OperationRegistry
from engine.spiff.parser import parse


def lint(
    files: Mapping[str, str], registry: OperationRegistry, now: dt.datetime | None = None
) -> list[Finding]:
    """Check a bundle.

    Args:
        files: Names such as ``refund.bpmn`` or ``forms/ruling.form``, to their text.
        registry: The operations that service tasks may call.
        now: The instant, in UTC, at which starts by the clock have an instant left or not; None to pass
            over that.

    Returns:
        Errors first, each kind by file and line; empty if all is well.
    """
    findings: list[Finding] = []
    diagrams: list[Document] = []
    tables: list[Document] = []
    for name, text in sorted(files.items()):
        if name.endswith(".form"):
            findings += forms.check(name, text)
        elif name.endswith((".bpmn", ".dmn")):
            document, found = read(name, text)
            findings += found
            # What breaks its schema would break the other rules too, with less to say.
            if document is not None and not found:
                (diagrams if name.endswith(".bpmn") else tables).append(document)
        else:
            findings.append(make("file.unknown_kind", name))
    complete = not findings or all(finding.rule.startswith("form.") for finding in findings)
    findings += _check_tables(tables)
    findings += _check_diagrams(diagrams, _references(files, diagrams, tables, registry), complete, now)
    if not any(finding.severity is Severity.ERROR for finding in findings):
        findings += _check_engine(files)
    return sorted(_once(findings), key=lambda finding: finding.sort_key)


def _once(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Each finding once."""
    seen: set[tuple[str, str, int | None, str | None, str]] = set()
    for finding in findings:
        key = (finding.rule, finding.file, finding.line, finding.element_id, finding.message)
        if key not in seen:
            seen.add(key)
            yield finding


def _references(
    files: Mapping[str, str], diagrams: list[Document], tables: list[Document], registry: OperationRegistry
) -> References:
    return References(
        processes=frozenset(p.get("id") for d in diagrams for p in processes_of(d) if p.get("id")),
        decisions=frozenset(e.get("id") for d in tables for e in decisions.decisions_of(d) if e.get("id")),
        files=frozenset(files),
        registry=registry,
    )


def _check_tables(tables: list[Document]) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for document in tables:
        yield from decisions.check(document)
        for decision in decisions.decisions_of(document):
            decision_id = decision.get("id") or ""
            if decision_id in seen:
                yield document.finding("dmn.duplicate_id", decision, id=decision_id, other=seen[decision_id])
            seen.setdefault(decision_id, document.file)


def _check_diagrams(
    diagrams: list[Document], known: References, complete: bool, now: dt.datetime | None
) -> Iterator[Finding]:
    every: list[Scope] = []
    for document in diagrams:
        refusal = structure.too_large(document)
        if refusal is not None:
            yield refusal
            continue
        scopes = scopes_of(document)
        every += scopes
        yield from elements.check(document, scopes)
        yield from structure.check(document, scopes)
        yield from events.check(document, scopes)
        for scope in scopes:
            yield from joins.check(scope)
            yield from compensation.check(scope)
            yield from ad_hoc.check(scope)
            yield from behaviour.check(scope)
            yield from transactions.check(scope)
            yield from quantities.check(scope)
        yield from expressions.check(document)
        yield from timers.check(document)
        yield from data.check(document)
        for finding in references.check(document, scopes, known):
            # With a file unread, what it holds can't be called missing.
            if complete or finding.rule not in ("ref.process", "ref.decision"):
                yield finding
    yield from data.stores_differ(diagrams)
    yield from structure.duplicates(every)
    yield from references.call_cycles(every)
    yield from ends.check(every)
    yield from starts.check(every, now)


def _check_engine(files: Mapping[str, str]) -> list[Finding]:
    """Let the engine read the bundle: the last guard against what no rule foresaw."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            parse({name: text for name, text in files.items() if name.endswith((".bpmn", ".dmn"))})
    except Exception as error:  # noqa: BLE001 - the library raises whatever it likes
        where = getattr(error, "file_name", None)
        file = where if isinstance(where, str) and where in files else next(iter(sorted(files)), "")
        line = getattr(error, "line_number", None)
        reason = f"{type(error).__name__}: {error}"[:500]
        return [
            make(
                "bundle.unparsable",
                file,
                line=line if isinstance(line, int) else None,
                params={"reason": reason},
            )
        ]
    return []


__all__ = ["Finding", "Severity", "lint"]
