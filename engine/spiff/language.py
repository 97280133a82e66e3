"""The language of expressions and scripts in diagrams and decision tables.

It is Python's syntax with a small part of its reach: values of JSON, arithmetic,
comparisons, conditions, loops over what there is, and a few functions. RestrictedPython
compiles it; ``engine.spiff.policy`` takes away what its own policy leaves: definitions of functions
and classes, ``while``, imports; the guards, attributes other than a few methods of text, lists and
objects. Whatever can grow is bounded by ``engine.spiff.bounds``, so that no diagram can
hold a worker.
"""

from __future__ import annotations

import ast
import functools
import warnings
from types import CodeType
from typing import Any

from RestrictedPython.compile import compile_restricted_eval, compile_restricted_exec
from RestrictedPython.Guards import guarded_iter_unpack_sequence, guarded_unpack_sequence
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine, TaskDataEnvironment

from engine.spiff import bounds
from engine.spiff.bounds import FUNCTIONS, LanguageError
from engine.spiff.objects import visible_objects, with_objects
from engine.spiff.policy import Policy

MAX_SOURCE = 20_000
# Deeper than any person writes; the compiler reads depth by recursion.
MAX_DEPTH = 100


_GUARDS: dict[str, Any] = {
    "__builtins__": {},
    "_getattr_": bounds.attribute,
    "_getitem_": bounds.item,
    "_getiter_": bounds.iterate,
    "_store_": bounds.store,
    "_made_": bounds.made,
    "_text_": bounds.text,
    "_addition_": bounds.addition,
    "_product_": bounds.product,
    "_power_": bounds.power,
    "_shift_": bounds.shift,
    "_modulo_": bounds.modulo,
    "_unpack_sequence_": guarded_unpack_sequence,
    "_iter_unpack_sequence_": guarded_iter_unpack_sequence,
}
_ADDED = {**FUNCTIONS, **_GUARDS}
RESERVED = frozenset(FUNCTIONS)


@functools.lru_cache(maxsize=8_192)
def compile_source(source: str, mode: str) -> CodeType:
    """Compile an expression (``eval``) or a script (``exec``).

    Raises:
        LanguageError: With what is wrong and in which line.
    """
    text = source.strip() if mode == "eval" else source
    if len(text) > MAX_SOURCE:
        raise LanguageError(f"longer than {MAX_SOURCE} characters")
    compiler = compile_restricted_eval if mode == "eval" else compile_restricted_exec
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            _check_depth(ast.parse(text, mode=mode))
            result = compiler(text, filename="<diagram>", policy=Policy)
    except SyntaxError as error:
        raise LanguageError(f"line {error.lineno or 1}: {error.msg}") from error
    except (RecursionError, MemoryError, ValueError) as error:
        raise LanguageError(str(error) or "too deeply nested") from error
    if result.code is None:
        raise LanguageError("; ".join(result.errors))
    return result.code


def _check_depth(tree: ast.AST) -> None:
    level: list[ast.AST] = [tree]
    for _ in range(MAX_DEPTH):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            return
    raise LanguageError("too deeply nested")


@functools.lru_cache(maxsize=8_192)
def names_read(source: str, mode: str) -> frozenset[str]:
    """The variables that an expression or a script mentions, functions left out."""
    tree = ast.parse(source.strip() if mode == "eval" else source, mode=mode)
    loads = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
    return frozenset(loads - RESERVED)


def evaluate(source: str, variables: dict[str, Any], more: dict[str, Any] | None = None) -> Any:
    """Compute an expression over variables; nothing outside them can be reached."""
    code = compile_source(source, "eval")
    value = _run(code, {**variables, **(more or {}), **_ADDED})
    bounds.weigh(value, bounds.MAX_WORK)
    return value


class _Names(dict[str, Any]):
    """The names of a script that runs; it is in ``assigned`` which of them it has assigned."""

    def __init__(self, scope: dict[str, Any]) -> None:
        super().__init__()
        self._scope = scope
        self.assigned: set[str] = set()

    def __missing__(self, name: str) -> Any:
        return self._scope[name]

    def __setitem__(self, name: str, value: Any) -> None:
        self.assigned.add(name)
        self._scope[name] = value


def execute(source: str, variables: dict[str, Any]) -> set[str]:
    """Run a script; what it assigns becomes variables.

    Returns:
        The names of what it has assigned.
    """
    code = compile_source(source, "exec")
    scope = {**variables, **_ADDED}
    names = _Names(scope)
    _run(code, scope, names)
    result = {name: value for name, value in scope.items() if name not in _ADDED}
    for name, value in result.items():
        if value is not variables.get(name) or type(value) in (list, dict):
            bounds.weigh(value, bounds.MAX_WORK)
    variables.update(result)
    return names.assigned & result.keys()


def _run(code: CodeType, scope: dict[str, Any], names: _Names | None = None) -> Any:
    outer, bounds.current.budget = bounds.current.budget, bounds.Budget()
    try:
        return eval(code, scope, names)  # noqa: S307 - compiled by the policy above
    except (RecursionError, MemoryError, OverflowError) as error:
        raise LanguageError(f"went past its bounds: {type(error).__name__}") from error
    finally:
        bounds.current.budget = outer


class EngineEnvironment(TaskDataEnvironment):
    """The library's seam for running code, closed with this language."""

    def evaluate(self, expression: str, context: dict[str, Any], external_context: Any = None) -> Any:
        """Evaluate over a task's data."""
        return evaluate(expression, context, external_context)

    def execute(self, script: str, context: dict[str, Any], external_context: Any = None) -> bool:
        """Run a script over a task's data."""
        execute(script, context)
        return True


class EngineScripts(PythonScriptEngine):
    """The one script engine, shared by all instances: it holds no state."""

    def __init__(self) -> None:
        super().__init__(EngineEnvironment())

    def evaluate(self, task: Any, expression: str, external_context: Any = None) -> Any:
        """Evaluate over a task's data and the data objects in its scope; errors keep their own type.

        What the library gives as ``external_context`` are the innermost data objects, which
        would hide variables while they are unset; those in scope are looked up here.
        """
        return evaluate(expression, with_objects(task.data, visible_objects(task)))

    def execute(self, task: Any, script: str, external_context: Any = None) -> bool:
        """Run a script over a task's data, which knows then what was written."""
        assigned = execute(script, task.data)
        task.put({name: task.data[name] for name in assigned})
        return True


__all__ = [
    "RESERVED",
    "EngineEnvironment",
    "EngineScripts",
    "LanguageError",
    "compile_source",
    "evaluate",
    "execute",
    "names_read",
]
