"""The language of expressions and scripts in diagrams and decision tables.

It is Python's syntax with a small part of its reach: values of JSON, arithmetic,
comparisons, conditions, loops over what there is, and a few functions. RestrictedPython
compiles it; this module takes away what its policy leaves: attributes other than a few
methods of text, lists and objects, definitions of functions and classes, ``while``, and
imports. Powers, products and loops are bounded, so that no diagram can hold a worker.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable, Iterable, Iterator
from types import CodeType
from typing import Any

from RestrictedPython.compile import compile_restricted_eval, compile_restricted_exec
from RestrictedPython.Guards import guarded_iter_unpack_sequence, guarded_unpack_sequence
from RestrictedPython.transformer import RestrictingNodeTransformer
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine, TaskDataEnvironment

MAX_SOURCE = 20_000
MAX_ITERATIONS = 100_000
MAX_BITS = 4_096
MAX_LENGTH = 1_000_000

METHODS: dict[type, frozenset[str]] = {
    str: frozenset(
        [
            "strip",
            "lower",
            "upper",
            "startswith",
            "endswith",
            "split",
            "join",
            "replace",
            "count",
            "find",
            "isdigit",
        ]
    ),
    list: frozenset(["append", "extend", "insert", "pop", "remove", "index", "count", "copy"]),
    dict: frozenset(["get", "keys", "values", "items", "pop", "update", "copy", "setdefault"]),
}


class LanguageError(ValueError):
    """A script or expression is outside the language, or went past its bounds."""


class _Policy(RestrictingNodeTransformer):
    """What may be written; everything else is an error with its line."""

    def _refuse(self, node: ast.AST) -> ast.AST:
        self.error(node, f"{type(node).__name__} is not part of the language")
        return node

    visit_While = visit_FunctionDef = visit_AsyncFunctionDef = visit_Lambda = visit_ClassDef = _refuse
    visit_Import = visit_ImportFrom = visit_With = visit_Try = visit_TryStar = visit_Raise = _refuse
    visit_Global = visit_Nonlocal = visit_Match = visit_NamedExpr = visit_Delete = visit_Assert = _refuse

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        """Route the operators whose result can be far larger than their operands through a guard."""
        guard = {ast.Pow: "_power_", ast.Mult: "_product_", ast.LShift: "_shift_", ast.Mod: "_modulo_"}.get(
            type(node.op)
        )
        visited = self.node_contents_visit(node)
        if guard is None:
            return visited
        call = ast.Call(func=ast.Name(guard, ast.Load()), args=[node.left, node.right], keywords=[])
        return ast.fix_missing_locations(ast.copy_location(call, node))

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        """Allow ``x += 1`` for plain names, by the same guards as the long form."""
        if not isinstance(node.target, ast.Name):
            return self._refuse(node)
        value = ast.BinOp(left=ast.Name(node.target.id, ast.Load()), op=node.op, right=node.value)
        long_form = ast.Assign(targets=[node.target], value=value)
        visited: ast.AST = self.visit(ast.fix_missing_locations(ast.copy_location(long_form, node)))
        return visited


def _power(base: Any, exponent: Any) -> Any:
    if isinstance(base, int) and isinstance(exponent, int):
        if exponent > 0 and base.bit_length() * exponent > MAX_BITS:
            raise LanguageError("the power is too large")
        return base**exponent
    return float(base) ** float(exponent)


def _product(left: Any, right: Any) -> Any:
    for one, other in ((left, right), (right, left)):
        if isinstance(one, (str, list)) and isinstance(other, int) and len(one) * other > MAX_LENGTH:
            raise LanguageError("the repetition is too long")
    if isinstance(left, int) and isinstance(right, int) and left.bit_length() + right.bit_length() > MAX_BITS:
        raise LanguageError("the product is too large")
    return left * right


def _shift(left: int, right: int) -> int:
    if left.bit_length() + right > MAX_BITS:
        raise LanguageError("the shift is too large")
    return left << right


def _modulo(left: Any, right: Any) -> Any:
    if isinstance(left, str):
        raise LanguageError("text can't be formatted with %")
    return left % right


def _attribute(value: Any, name: str) -> Any:
    allowed = METHODS.get(type(value), frozenset())
    if name not in allowed:
        raise LanguageError(f"{type(value).__name__} has no method {name} in this language")
    method = getattr(value, name)
    if name == "replace" or name == "join":
        return _bounded(method)
    return method


def _bounded(method: Callable[..., str]) -> Callable[..., str]:
    def call(*arguments: Any) -> str:
        result = method(*arguments)
        if len(result) > MAX_LENGTH:
            raise LanguageError("the text is too long")
        return result

    return call


def _item(container: Any, key: Any) -> Any:
    return container[key]


class _Budget:
    """Counts the rounds of all loops of one evaluation."""

    def __init__(self) -> None:
        self.left = MAX_ITERATIONS

    def iterate(self, values: Iterable[Any]) -> Iterator[Any]:
        for value in values:
            self.left -= 1
            if self.left < 0:
                raise LanguageError("the loop is too long")
            yield value

    def range(self, *arguments: int) -> list[int]:
        numbers = range(*arguments)
        if len(numbers) > MAX_ITERATIONS:
            raise LanguageError("the range is too long")
        return list(numbers)


def _writable(value: Any) -> Any:
    if type(value) not in (dict, list):
        raise LanguageError("only lists and objects can be changed")
    return value


FUNCTIONS: dict[str, Any] = {
    f.__name__: f
    for f in (abs, all, any, bool, dict, divmod, float, int, len, list, max, min, round, sorted, str, sum)
} | {
    "True": True,
    "False": False,
    "None": None,
    "enumerate": lambda v: list(enumerate(v)),
    "zip": lambda *v: list(zip(*v, strict=False)),
}

_GUARDS = {
    "__builtins__": {},
    "_getattr_": _attribute,
    "_getitem_": _item,
    "_write_": _writable,
    "_power_": _power,
    "_product_": _product,
    "_shift_": _shift,
    "_modulo_": _modulo,
    "_unpack_sequence_": guarded_unpack_sequence,
    "_iter_unpack_sequence_": guarded_iter_unpack_sequence,
}
RESERVED = frozenset(FUNCTIONS) | {"range"}


@functools.lru_cache(maxsize=8_192)
def compile_source(source: str, mode: str) -> CodeType:
    """Compile an expression (``eval``) or a script (``exec``).

    Raises:
        LanguageError: With what is wrong and in which line.
    """
    if len(source) > MAX_SOURCE:
        raise LanguageError(f"longer than {MAX_SOURCE} characters")
    compiler = compile_restricted_eval if mode == "eval" else compile_restricted_exec
    try:
        result = compiler(source.strip() if mode == "eval" else source, filename="<diagram>", policy=_Policy)
    except (RecursionError, MemoryError, ValueError) as error:
        raise LanguageError("too deeply nested") from error
    if result.code is None:
        raise LanguageError("; ".join(result.errors))
    return result.code


@functools.lru_cache(maxsize=8_192)
def names_read(source: str, mode: str) -> frozenset[str]:
    """The variables that an expression or a script mentions, functions left out."""
    tree = ast.parse(source.strip() if mode == "eval" else source, mode=mode)
    loads = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
    return frozenset(loads - RESERVED)


def evaluate(source: str, variables: dict[str, Any], more: dict[str, Any] | None = None) -> Any:
    """Compute an expression over variables; nothing outside them can be reached."""
    code = compile_source(source, "eval")
    budget = _Budget()
    scope = {
        **variables,
        **(more or {}),
        **FUNCTIONS,
        **_GUARDS,
        "_getiter_": budget.iterate,
        "range": budget.range,
    }
    return _run(code, scope)


def execute(source: str, variables: dict[str, Any]) -> None:
    """Run a script; what it assigns becomes variables."""
    code = compile_source(source, "exec")
    budget = _Budget()
    added = {**FUNCTIONS, **_GUARDS, "_getiter_": budget.iterate, "range": budget.range}
    scope = {**variables, **added}
    _run(code, scope)
    for name, value in scope.items():
        if name not in added:
            variables[name] = value


def _run(code: CodeType, scope: dict[str, Any]) -> Any:
    try:
        return eval(code, scope)  # noqa: S307 - compiled by the policy above
    except (RecursionError, MemoryError, OverflowError) as error:
        raise LanguageError(f"went past its bounds: {type(error).__name__}") from error


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
        """Evaluate over a task's data; errors keep their own type."""
        return evaluate(expression, task.data, external_context)
