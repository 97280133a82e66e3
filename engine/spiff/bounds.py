"""What the language's operators, methods and functions may cost.

Each evaluation has a budget of work. Whatever makes a text or a container pays for its
size, with what is nested in it counted as often as it occurs, before it is made where its
size could explode. So no value can outgrow the budget, and nothing can hold a worker.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from engine.spiff.instants import later

MAX_WORK = 2_000_000
MAX_ITERATIONS = 100_000
MAX_SECONDS = 2.0
MAX_BITS = 4_096
MAX_LENGTH = 1_000_000
MAX_DIGITS = 400

METHODS: dict[type, frozenset[str]] = {
    str: frozenset(["strip", "lower", "upper", "startswith", "endswith", "split", "join"])
    | frozenset(["replace", "count", "find", "isdigit"]),
    list: frozenset(["append", "extend", "insert", "pop", "remove", "index", "count", "copy"]),
    dict: frozenset(["get", "keys", "values", "items", "pop", "update", "copy", "setdefault"]),
}
_READING = frozenset(["get", "keys", "values", "items", "pop", "startswith", "endswith", "isdigit"])
_TEXTS = (str, int, float, bool, type(None))


class LanguageError(ValueError):
    """A script or expression is outside the language, or went past its bounds."""


class Budget:
    """What is left of one evaluation's work, rounds and time."""

    def __init__(self) -> None:
        self.work = MAX_WORK
        self.rounds = MAX_ITERATIONS
        self.deadline = time.monotonic() + MAX_SECONDS

    def spend(self, work: int) -> None:
        """Pay for something that is about to be made.

        Raises:
            LanguageError: It is more than is left.
        """
        self.work -= work
        if self.work < 0:
            raise LanguageError("it makes too much")

    def round(self) -> None:
        """Pay for one round of a loop."""
        self.rounds -= 1
        if self.rounds < 0 or time.monotonic() > self.deadline:
            raise LanguageError("the loop is too long")


class _Current(threading.local):
    budget: Budget = Budget()


current = _Current()


def weigh(value: Any, limit: int | None = None) -> int:
    """How large a value is, up to the limit, by default what is left of the budget.

    Raises:
        LanguageError: If it is larger, or holds what isn't data.
    """
    left = max(current.budget.work, 0) if limit is None else limit
    weight, todo = 0, [value]
    while todo:
        item = todo.pop()
        kind = type(item)
        weight += 1
        if kind is str:
            weight += len(item)
        elif kind is list or kind is tuple or kind is set:
            todo.extend(item if len(item) <= left else item_too_large())
        elif kind is dict:
            todo.extend(item.values() if len(item) <= left else item_too_large())
            weight += sum(len(key) for key in item if type(key) is str)
        elif kind is float:
            if not math.isfinite(item):
                raise LanguageError("not a finite number")
        elif kind not in _TEXTS:
            raise LanguageError(f"{kind.__name__} is not data")
        if weight > left or len(todo) > left:
            item_too_large()
    return weight


def item_too_large() -> Iterable[Any]:
    """Refuse a value that outgrows the budget."""
    raise LanguageError("the value is too large")


def made(value: Any) -> Any:
    """Pay for a container that a display or a comprehension has made."""
    current.budget.spend(weigh(value))
    return value


def text(value: Any) -> str:
    """Turn a simple value into text; containers could be far larger than they look."""
    if type(value) not in _TEXTS:
        raise LanguageError(f"{type(value).__name__} can't be turned into text")
    result = str(value)
    current.budget.spend(len(result))
    return result


def iterate(values: Iterable[Any]) -> Iterator[Any]:
    """Count the rounds of a loop or a comprehension."""
    budget = current.budget
    for value in values:
        budget.round()
        yield value


def power(base: Any, exponent: Any) -> Any:
    """``**`` with a bounded result."""
    if isinstance(base, int) and isinstance(exponent, int):
        if exponent > 0 and base.bit_length() * exponent > MAX_BITS:
            raise LanguageError("the power is too large")
        return base**exponent
    return float(base) ** float(exponent)


def product(left: Any, right: Any) -> Any:
    """``*`` with a bounded result."""
    for one, other in ((left, right), (right, left)):
        if isinstance(one, (str, list, tuple)) and isinstance(other, int) and other > 0:
            current.budget.spend(weigh(one) * other)
    if isinstance(left, int) and isinstance(right, int) and left.bit_length() + right.bit_length() > MAX_BITS:
        raise LanguageError("the product is too large")
    return left * right


def addition(left: Any, right: Any) -> Any:
    """``+`` with a bounded result."""
    if isinstance(left, (str, list, tuple)):
        current.budget.spend(weigh(left) + weigh(right))
    return left + right


def shift(left: int, right: int) -> int:
    """``<<`` with a bounded result."""
    if left.bit_length() + right > MAX_BITS:
        raise LanguageError("the shift is too large")
    return left << right


def modulo(left: Any, right: Any) -> Any:
    """``%`` of numbers; it would format text."""
    if isinstance(left, str):
        raise LanguageError("text can't be formatted with %")
    return left % right


def attribute(value: Any, name: str) -> Any:
    """A method of a text, list or object, which pays for what it is given and makes."""
    if name not in METHODS.get(type(value), frozenset()):
        raise LanguageError(f"{type(value).__name__} has no method {name} in this language")
    method = getattr(value, name)
    if name in _READING:
        return method if name not in ("keys", "values", "items") else lambda: list(method())
    if name == "join":
        return lambda parts: method(made(list(parts)))
    if name == "replace":
        return lambda old, new: _replaced(value, old, new)
    return lambda *arguments: _called(method, value, arguments)


def _called(method: Callable[..., Any], owner: Any, arguments: tuple[Any, ...]) -> Any:
    current.budget.spend(len(owner) + sum(weigh(argument) for argument in arguments))
    return method(*arguments)


def _replaced(value: str, old: str, new: str) -> str:
    current.budget.spend(len(value) + (value.count(old) * len(new)))
    return value.replace(old, new)


def item(container: Any, key: Any) -> Any:
    """``container[key]``; a slice pays for its copy."""
    found = container[key]
    return made(found) if isinstance(key, slice) else found


def store(container: Any, key: Any, value: Any) -> None:
    """``container[key] = value``."""
    if type(container) not in (dict, list) or isinstance(key, slice):
        raise LanguageError("only items of lists and objects can be changed")
    current.budget.spend(weigh(value))
    container[key] = value


def _range(*arguments: int) -> list[int]:
    numbers = range(*arguments)
    if len(numbers) > MAX_ITERATIONS:
        raise LanguageError("the range is too long")
    current.budget.spend(len(numbers))
    return list(numbers)


def _int(value: Any = 0) -> int:
    if isinstance(value, str) and len(value) > MAX_DIGITS:
        raise LanguageError("the number is too long")
    return int(value)


def _round(value: Any, digits: Any = None) -> Any:
    if digits is not None and abs(digits) > MAX_DIGITS:
        raise LanguageError("that many digits can't be rounded")
    return round(value, digits)


def _sum(values: Iterable[Any], start: Any = 0) -> Any:
    if not isinstance(start, (int, float)):
        raise LanguageError("only numbers can be summed")
    return sum(values, start)


FUNCTIONS: dict[str, Any] = {
    **{f.__name__: f for f in (abs, all, any, bool, divmod, float, len, max, min)},
    "int": _int,
    "str": text,
    "round": _round,
    "sum": _sum,
    "range": _range,
    "list": lambda values=(): made(list(values)),
    "dict": lambda values=(), **more: made(dict(values, **more)),
    "sorted": lambda values, key=None, reverse=False: made(sorted(values, key=key, reverse=reverse)),
    "enumerate": lambda values, start=0: made(list(enumerate(values, start))),
    "zip": lambda *values: made(list(zip(*values, strict=False))),
    "later": later,
    "True": True,
    "False": False,
    "None": None,
}
