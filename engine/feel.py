"""The part of FEEL that forms use to hide fields, checked again on the server.

Comparisons of a field with a literal, joined by ``and``, ``or`` and brackets:
``=decision = "refuse" and (amount > 100 or urgent = true)``. The browser knows more of the
language; what is outside this part is refused at deployment, so that both always agree.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

MAX_LENGTH = 1_000
MAX_DEPTH = 20

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"\\]|\\.)*")|(?P<number>-?\d+(?:\.\d+)?)|(?P<operator><=|>=|!=|[=<>()])"""
    r"""|(?P<name>[^\W\d]\w*))"""
)
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_CONSTANTS = {"true": True, "false": False, "null": None}


class FeelError(ValueError):
    """The expression is outside the part of FEEL that the server can check."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A compiled expression; ``names`` are the fields that it looks at."""

    source: str
    names: frozenset[str]
    test: Callable[[Mapping[str, Any]], bool]

    def holds(self, values: Mapping[str, Any]) -> bool:
        """Whether the expression is true; a field without a value is null."""
        return self.test(values)


def compile_condition(source: str) -> Condition:
    """Compile an expression, with or without the ``=`` that starts it in a form.

    Raises:
        FeelError: With what is not understood.
    """
    if len(source) > MAX_LENGTH:
        raise FeelError(f"longer than {MAX_LENGTH} characters")
    body = source.strip().removeprefix("=")
    parser = _Parser(list(_tokens(body)))
    test = parser.alternatives(0)
    if parser.position != len(parser.tokens):
        raise FeelError(f"{parser.tokens[parser.position][1]!r} was not expected")
    return Condition(source, frozenset(parser.names), test)


def _tokens(body: str) -> Iterator[tuple[str, str]]:
    position, end = 0, len(body.rstrip())
    while position < end:
        found = _TOKEN.match(body, position)
        if found is None:
            raise FeelError(f"{body[position : position + 20].strip()!r} is not understood")
        yield str(found.lastgroup), found.group(str(found.lastgroup))
        position = found.end()


class _Parser:
    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens = tokens
        self.position = 0
        self.names: set[str] = set()

    def _peek(self) -> tuple[str, str]:
        return self.tokens[self.position] if self.position < len(self.tokens) else ("end", "the end")

    def _take(self) -> tuple[str, str]:
        token = self._peek()
        self.position += 1
        return token

    def alternatives(self, depth: int) -> Callable[[Mapping[str, Any]], bool]:
        parts = [self._conjunction(depth)]
        while self._peek() == ("name", "or"):
            self._take()
            parts.append(self._conjunction(depth))
        return parts[0] if len(parts) == 1 else lambda values: any(part(values) for part in parts)

    def _conjunction(self, depth: int) -> Callable[[Mapping[str, Any]], bool]:
        parts = [self._comparison(depth)]
        while self._peek() == ("name", "and"):
            self._take()
            parts.append(self._comparison(depth))
        return parts[0] if len(parts) == 1 else lambda values: all(part(values) for part in parts)

    def _comparison(self, depth: int) -> Callable[[Mapping[str, Any]], bool]:
        if depth > MAX_DEPTH:
            raise FeelError("brackets are nested too deeply")
        if self._peek() == ("operator", "("):
            self._take()
            inner = self.alternatives(depth + 1)
            if self._take() != ("operator", ")"):
                raise FeelError("a closing bracket is missing")
            return inner
        left = self._operand()
        if self._peek()[1] not in _COMPARISONS or self._peek()[0] != "operator":
            return lambda values: left(values) is True
        compare = self._take()[1]
        right = self._operand()
        return lambda values: _compare(compare, left(values), right(values))

    def _operand(self) -> Callable[[Mapping[str, Any]], Any]:
        kind, text = self._take()
        if kind == "text":
            constant: Any = re.sub(r"\\(.)", r"\1", text[1:-1])
        elif kind == "number":
            constant = float(text) if "." in text else int(text)
        elif kind == "name" and text in _CONSTANTS:
            constant = _CONSTANTS[text]
        elif kind == "name" and text not in ("and", "or", "not"):
            self.names.add(text)
            return lambda values: values.get(text)
        else:
            raise FeelError(f"{text!r} was not expected")
        return lambda _: constant


def _compare(name: str, left: Any, right: Any) -> bool:
    if name in ("=", "!="):
        same = _kind(left) == _kind(right) and left == right
        return same if name == "=" else not same
    if left is None or right is None or _kind(left) != _kind(right) or _kind(left) not in ("number", "str"):
        return False
    return _COMPARISONS[name](left, right)


def _kind(value: Any) -> str:
    """Booleans are no numbers here, though Python takes them for such."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return "number"
    return type(value).__name__
