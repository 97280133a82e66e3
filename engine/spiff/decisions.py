"""Decision tables (DMN), compiled once and evaluated by their hit policy.

SpiffWorkflow compiles each cell at each evaluation, knows UNIQUE and COLLECT only, and
answers a UNIQUE table in which two rules match with the first. Here the cells are compiled
at deployment, FIRST is known too, and two matches in a UNIQUE table are an error.
"""

from __future__ import annotations

import ast
import hashlib
import re
from dataclasses import dataclass
from typing import Any

import orjson

from engine.spiff.language import LanguageError, compile_source, evaluate

_INPUT = "dmninputexpr"
_PLACEHOLDER = re.compile(r"""(\?)(?=(?:[^'"]|['"][^'"]*['"])*$)""")
# In bytes of JSON, for each table that is asked.
INPUTS_MAXIMUM = 8_000
HIT_POLICIES = ("UNIQUE", "FIRST", "COLLECT")


class DecisionError(ValueError):
    """A table has no answer, or two, for what it was asked."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A condition: an input expression, and a test that may mention it as ``dmninputexpr``."""

    input_index: int
    test: str


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """One row: its conditions, its outputs by name, and what its author wrote about it."""

    id: str
    number: int
    cells: tuple[Cell, ...]
    outputs: tuple[tuple[str, str], ...]
    description: str


@dataclass(frozen=True, slots=True)
class AskedDecision:
    """A table that was asked in a step, so that the answer can be explained and asked again.

    Attributes:
        inputs: The variables that the table reads; None where they were too large to be kept.
        rules: The ids of the rules that matched, in order.
        digest: Of the table, see :attr:`Decision.digest`.
    """

    process_id: str
    element_id: str
    element_instance: int
    decision_id: str
    inputs: dict[str, Any] | None
    outputs: dict[str, Any]
    rules: tuple[str, ...]
    digest: str


@dataclass(frozen=True)
class Decision:
    """A compiled table; ``result`` takes the part of the library's DMN engine.

    Attributes:
        reads: The names that its expressions mention.
        digest: SHA-256 of all that it says, words about its rows included; not of how it is drawn.
    """

    id: str
    name: str
    hit_policy: str
    inputs: tuple[str, ...]
    rules: tuple[CompiledRule, ...]
    reads: frozenset[str]
    digest: str

    def matches(self, variables: dict[str, Any]) -> list[CompiledRule]:
        """The rules that match, in order; one at most unless the table collects.

        Raises:
            DecisionError: Several match, though the table is UNIQUE.
        """
        values = [evaluate(expression, variables) for expression in self.inputs]
        found: list[CompiledRule] = []
        for rule in self.rules:
            if all(evaluate(cell.test, variables, {_INPUT: values[cell.input_index]}) for cell in rule.cells):
                found.append(rule)
                if self.hit_policy == "FIRST":
                    break
        if self.hit_policy == "UNIQUE" and len(found) > 1:
            rows = ", ".join(str(rule.number) for rule in found)
            raise DecisionError(f"rules {rows} of {self.id} match at once, but the table is UNIQUE")
        return found

    def decide(self, variables: dict[str, Any]) -> dict[str, Any]:
        """The outputs for the variables; empty if no rule matches.

        Raises:
            DecisionError: If a UNIQUE table has two answers.
        """
        return self.answer(self.matches(variables), variables)

    def answer(self, matches: list[CompiledRule], variables: dict[str, Any]) -> dict[str, Any]:
        """The outputs of the rules that match."""
        rows = [{name: evaluate(text, variables) for name, text in rule.outputs} for rule in matches]
        if self.hit_policy == "COLLECT":
            names = {name for row in rows for name in row}
            return {name: [row[name] for row in rows if name in row] for name in sorted(names)}
        return rows[0] if rows else {}

    def result(self, task: Any) -> dict[str, Any]:
        """Answer for a business rule task.

        Raises:
            DecisionError: If no rule matches: the diagram would go on without an answer.
        """
        matches = self.matches(task.data)
        answer = self.answer(matches, task.data)
        if not answer and self.hit_policy != "COLLECT":
            raise DecisionError(f"no rule of {self.id} matches")
        asked = AskedDecision(
            process_id=task.workflow.spec.name,
            element_id=task.task_spec.bpmn_id,
            element_instance=task.id,
            decision_id=self.id,
            inputs=self._kept_inputs(task.data),
            outputs=answer,
            rules=tuple(rule.id for rule in matches),
            digest=self.digest,
        )
        task.workflow.top_workflow.asked.append(asked)
        task.put(answer)
        return answer

    def _kept_inputs(self, variables: dict[str, Any]) -> dict[str, Any] | None:
        """The variables that the table reads, unless they are too large to be kept of each asking."""
        inputs = {name: variables[name] for name in sorted(self.reads) if name in variables}
        return inputs if len(orjson.dumps(inputs)) <= INPUTS_MAXIMUM else None


def compile_table(decision_id: str, name: str, table: Any) -> Decision:
    """Compile a table that the library parsed.

    Raises:
        LanguageError: If a cell is outside the language.
        DecisionError: If the hit policy is unknown.
    """
    if table.hit_policy not in HIT_POLICIES:
        raise DecisionError(f"hit policy {table.hit_policy} is not one of {', '.join(HIT_POLICIES)}")
    inputs = tuple(column.expression for column in table.inputs)
    index = {column.id: number for number, column in enumerate(table.inputs)}
    for expression in inputs:
        compile_source(expression, "eval")
    rules = []
    for number, rule in enumerate(table.rules, start=1):
        cells = tuple(
            Cell(index[entry.input.id], _cell_test(text))
            for entry in rule.inputEntries
            for text in entry.lhs
            if text is not None and text.strip() not in ("", "-")
        )
        outputs = tuple(
            (entry.output.name or entry.output.label, entry.text or "''") for entry in rule.outputEntries
        )
        for _, text in outputs:
            compile_source(text, "eval")
        rules.append(CompiledRule(rule.id, number, cells, outputs, rule.description or ""))
    texts = (
        *inputs,
        *(cell.test for r in rules for cell in r.cells),
        *(t for r in rules for _, t in r.outputs),
    )
    reads = frozenset().union(*(_names(text) for text in texts)) - {_INPUT}
    return Decision(decision_id, name, table.hit_policy, inputs, tuple(rules), reads, _digest(name, table))


def _digest(name: str, table: Any) -> str:
    """Fingerprint what the author wrote, not what was compiled of it: a newer release compiles otherwise."""
    written = [
        name,
        table.hit_policy,
        [[column.id, column.expression] for column in table.inputs],
        [
            [
                rule.id,
                rule.description or "",
                [[entry.input.id, list(entry.lhs)] for entry in rule.inputEntries],
                [[entry.output.name or entry.output.label, entry.text or ""] for entry in rule.outputEntries],
            ]
            for rule in table.rules
        ],
    ]
    return hashlib.sha256(orjson.dumps(written)).hexdigest()


def _names(source: str) -> set[str]:
    return {
        node.id for node in ast.walk(ast.parse(source.strip(), mode="eval")) if isinstance(node, ast.Name)
    }


def _cell_test(text: str) -> str:
    """Turn a cell into an expression: ``"x"``, ``< 5``, ``in [1, 2]`` or ``1 < ? < 5``."""
    marked = _PLACEHOLDER.sub(_INPUT, text)
    candidates = (marked,) if marked != text else (f"{_INPUT} == ({text})", f"{_INPUT} {text}")
    errors = []
    for candidate in candidates:
        try:
            compile_source(candidate, "eval")
            return candidate
        except LanguageError as error:
            errors.append(str(error))
    raise LanguageError(errors[-1])
