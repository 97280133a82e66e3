"""Rules about decision tables: what they can't compute, contradict, or never say."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from engine.lint.cells import Values, covers, never, overlap, values_of
from engine.lint.expressions import FOREIGN_CONSTANTS, check_code
from engine.lint.findings import Finding
from engine.lint.source import Document, elements, local_name, text_of
from engine.spiff.decisions import HIT_POLICIES
from engine.spiff.language import LanguageError, compile_source, names_read

_INPUT = "dmninputexpr"
_PLACEHOLDER = re.compile(r"""\?(?=(?:[^'"]|['"][^'"]*['"])*$)""")
_IDENTIFIER = re.compile(r"[^\W\d]\w*")
_WHOLE = frozenset({"integer", "int", "long"})
_ALLOWED = frozenset({"input", "output", "rule"})
MAX_RULES = 1_000
MAX_COMPARED = 400


@dataclass(frozen=True, slots=True)
class _Row:
    element: Any
    number: int
    cells: tuple[Values, ...]
    texts: tuple[str, ...]
    outputs: tuple[str, ...]


def decisions_of(document: Document) -> list[Any]:
    """The decision elements of a document."""
    return [child for child in elements(document.root) if local_name(child) == "decision"]


def check(document: Document) -> Iterator[Finding]:
    """Yield what is wrong with a DMN file."""
    decisions = decisions_of(document)
    if len(decisions) != 1:
        yield document.finding("dmn.one_decision", document.root, count=len(decisions))
    for child in elements(document.root):
        if local_name(child) in ("businessKnowledgeModel", "decisionService", "inputData", "knowledgeSource"):
            yield document.finding("dmn.unsupported", child, kind=local_name(child))
    for decision in decisions:
        tables = [child for child in elements(decision) if local_name(child) == "decisionTable"]
        if len(tables) != 1:
            yield document.finding("dmn.one_table", decision)
        for child in elements(decision):
            if local_name(child) in ("literalExpression", "invocation", "context", "informationRequirement"):
                yield document.finding("dmn.unsupported", child, kind=local_name(child))
        for table in tables:
            yield from _check_table(document, table)


def _check_table(document: Document, table: Any) -> Iterator[Finding]:
    policy = (table.get("hitPolicy") or "UNIQUE").upper()
    if policy not in HIT_POLICIES:
        yield document.finding("dmn.hit_policy", table, policy=policy, allowed=", ".join(HIT_POLICIES))
    if table.get("aggregation"):
        yield document.finding("dmn.aggregation", table, aggregation=table.get("aggregation"))
    for child in table:
        if local_name(child) not in _ALLOWED:
            yield document.finding(
                "dmn.unsupported", child if local_name(child) else table, kind=local_name(child) or "comment"
            )
    inputs = [child for child in elements(table) if local_name(child) == "input"]
    outputs = [child for child in elements(table) if local_name(child) == "output"]
    for column in inputs:
        yield from check_code(document, column, _expression(column), "eval")
        for values in column.iterfind("{*}inputValues"):
            yield document.finding("dmn.values_ignored", values)
    yield from _check_outputs(document, table, outputs)
    rows: list[_Row] = []
    whole = [_type(column) in _WHOLE for column in inputs]
    rules = [child for child in elements(table) if local_name(child) == "rule"]
    if len(rules) > MAX_RULES:
        yield document.finding("dmn.too_many_rules", table, count=len(rules), limit=MAX_RULES)
        return
    for number, rule in enumerate(rules, start=1):
        entries = [child for child in elements(rule) if local_name(child) == "inputEntry"]
        answers = [child for child in elements(rule) if local_name(child) == "outputEntry"]
        if len(entries) != len(inputs) or len(answers) != len(outputs):
            yield document.finding("dmn.row_length", rule, row=number)
            continue
        for entry in entries:
            yield from _check_cell(document, entry, number)
        for answer in answers:
            if _text(answer):
                yield from check_code(document, answer, _text(answer), "eval")
            else:
                yield document.finding("dmn.output_blank", answer, row=number)
        texts = tuple(_text(entry) for entry in entries)
        cells = tuple(values_of(text, whole_numbers=flag) for text, flag in zip(texts, whole, strict=True))
        rows.append(_Row(rule, number, cells, texts, tuple(_text(answer) for answer in answers)))
    if not rows:
        yield document.finding("dmn.no_rules", table)
    yield from _compare_rows(document, rows[:MAX_COMPARED], policy)


def _check_outputs(document: Document, table: Any, outputs: list[Any]) -> Iterator[Finding]:
    if not outputs:
        yield document.finding("dmn.no_outputs", table)
    names: set[str] = set()
    for column in outputs:
        name = column.get("name") or column.get("label") or ""
        if not _IDENTIFIER.fullmatch(name) or name in names:
            yield document.finding("dmn.output_name", column, name=name)
        names.add(name)


def _check_cell(document: Document, entry: Any, row: int) -> Iterator[Finding]:
    text = _text(entry)
    if text in ("", "-"):
        return
    marked = _PLACEHOLDER.sub(_INPUT, text)
    wholly = marked if marked != text else f"{_INPUT} == ({text})"
    if _compiles(wholly):
        yield from _check_meaning(document, entry, text, row) if marked == text else ()
        names = names_read(wholly, "eval")
    elif marked == text and _compiles(f"{_INPUT} {text}"):
        names = names_read(f"{_INPUT} {text}", "eval")
    else:
        yield document.finding("dmn.cell", entry, row=row, cell=text[:200])
        return
    for name in sorted(FOREIGN_CONSTANTS.keys() & names):
        right = FOREIGN_CONSTANTS[name]
        yield document.finding("expr.foreign_constant", entry, constant=name, right=right)


def _check_meaning(document: Document, entry: Any, text: str, row: int) -> Iterator[Finding]:
    """A cell without operator is compared with the input; some look as if they meant more."""
    tree = ast.parse(f"({text})", mode="eval").body
    if isinstance(tree, (ast.Tuple, ast.BoolOp, ast.Compare)) or (
        isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.Not)
    ):
        yield document.finding("dmn.cell_meaning", entry, row=row, cell=text[:200])


def _compiles(source: str) -> bool:
    try:
        compile_source(source, "eval")
    except LanguageError:
        return False
    return True


def _compare_rows(document: Document, rows: list[_Row], policy: str) -> Iterator[Finding]:
    for row in rows:
        if any(never(cell) for cell in row.cells):
            yield document.finding(
                "dmn.never_matches", row.element, row=row.number, reason="a cell accepts nothing"
            )
    for one, other in combinations(rows, 2):
        params = {"row": other.number, "other": one.number}
        if one.texts == other.texts and (policy != "COLLECT" or one.outputs == other.outputs):
            yield document.finding("dmn.duplicate_rule", other.element, **params)
        elif policy == "UNIQUE" and all(overlap(a, b) for a, b in zip(one.cells, other.cells, strict=True)):
            yield document.finding("dmn.overlap", other.element, **params)
        elif policy == "FIRST" and all(covers(a, b) for a, b in zip(one.cells, other.cells, strict=True)):
            reason = f"rule {one.number} matches first"
            yield document.finding("dmn.never_matches", other.element, row=other.number, reason=reason)


def _expression(column: Any) -> str:
    return text_of(column.find("{*}inputExpression/{*}text"))


def _type(column: Any) -> str:
    expression = column.find("{*}inputExpression")
    return "" if expression is None else (expression.get("typeRef") or "").lower()


def _text(entry: Any) -> str:
    return text_of(entry.find("{*}text"))
