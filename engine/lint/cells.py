"""The values that a cell of a decision table accepts, as sets that can be compared.

Only cells whose meaning is certain are understood: literals, ``in`` and ``not in`` lists,
comparisons and ranges of numbers. Any other cell is unknown, and proves nothing.
"""

from __future__ import annotations

import ast
import math
from dataclasses import dataclass
from typing import Any, TypeAlias

Constant: TypeAlias = tuple[str, Any]


@dataclass(frozen=True, slots=True)
class Everything:
    """A blank cell."""


@dataclass(frozen=True, slots=True)
class Finite:
    """Some values; or all others, if ``complement``."""

    values: frozenset[Constant]
    complement: bool = False


@dataclass(frozen=True, slots=True)
class Interval:
    """Numbers between two bounds."""

    low: float = -math.inf
    high: float = math.inf
    low_open: bool = True
    high_open: bool = True

    @property
    def empty(self) -> bool:
        """Whether no number lies between the bounds."""
        return self.low > self.high or (self.low == self.high and (self.low_open or self.high_open))

    def holds(self, constant: Constant) -> bool:
        """Whether a value lies between the bounds."""
        kind, value = constant
        if kind != "number":
            return False
        above = value > self.low or (value == self.low and not self.low_open)
        return above and (value < self.high or (value == self.high and not self.high_open))


Values: TypeAlias = Everything | Finite | Interval | None


def values_of(text: str | None, *, whole_numbers: bool = False) -> Values:
    """The values that a cell accepts; None if that can't be said.

    Args:
        whole_numbers: The column holds integers, so that ``> 3`` begins at 4.
    """
    body = (text or "").strip()
    if body in ("", "-"):
        return Everything()
    if body.startswith(("in ", "in[", "not in", "<", ">", "=", "!=")):
        body = f"__cell__ {body}"
    elif "?" in body and '"' not in body and "'" not in body:
        body = body.replace("?", "__cell__")
    else:
        body = f"__cell__ == ({body})"
    try:
        tree = ast.parse(body, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    found = _compare(tree) if isinstance(tree, ast.Compare) else None
    if whole_numbers and isinstance(found, Interval):
        low = found.low + 1 if found.low_open and float(found.low).is_integer() else found.low
        high = found.high - 1 if found.high_open and float(found.high).is_integer() else found.high
        found = Interval(low, high, math.isinf(low), math.isinf(high))
    return found


def _compare(tree: ast.Compare) -> Values:
    operands = [tree.left, *tree.comparators]
    names = [isinstance(operand, ast.Name) and operand.id == "__cell__" for operand in operands]
    if names.count(True) != 1:
        return None
    if len(operands) == 2 and names[0]:
        return _test(tree.ops[0], operands[1])
    if len(operands) == 2:
        turned = _TURNED.get(type(tree.ops[0]))
        return None if turned is None else _test(turned(), operands[0])
    if len(operands) == 3 and names[1]:
        turned = _TURNED.get(type(tree.ops[0]))
        low = None if turned is None else _test(turned(), operands[0])
        high = _test(tree.ops[1], operands[2])
        if isinstance(low, Interval) and isinstance(high, Interval):
            return _intersection(low, high)
    return None


_TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.Gt,
    ast.Gt: ast.Lt,
    ast.LtE: ast.GtE,
    ast.GtE: ast.LtE,
    ast.Eq: ast.Eq,
    ast.NotEq: ast.NotEq,
}


def _test(comparison: ast.cmpop, operand: ast.expr) -> Values:
    try:
        literal = ast.literal_eval(operand)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None
    match comparison:
        case ast.Eq() | ast.NotEq():
            single = _constant(literal)
            return None if single is None else Finite(frozenset({single}), isinstance(comparison, ast.NotEq))
        case ast.In() | ast.NotIn() if isinstance(literal, (list, tuple, set)):
            several = [_constant(value) for value in literal]
            known = frozenset(value for value in several if value is not None)
            return None if None in several else Finite(known, isinstance(comparison, ast.NotIn))
    if isinstance(literal, bool) or not isinstance(literal, (int, float)):
        return None
    match comparison:
        case ast.Lt() | ast.LtE():
            return Interval(high=literal, high_open=isinstance(comparison, ast.Lt))
        case ast.Gt() | ast.GtE():
            return Interval(low=literal, low_open=isinstance(comparison, ast.Gt))
    return None


def _constant(value: Any) -> Constant | None:
    if value is None or isinstance(value, (bool, str)):
        # Python takes True for 1; a table that mixes both in a column is beyond this module.
        return (type(value).__name__, value)
    if isinstance(value, (int, float)) and math.isfinite(value):
        return ("number", value)
    return None


def _intersection(one: Interval, other: Interval) -> Interval:
    low, low_open = max((one.low, one.low_open), (other.low, other.low_open))
    high, high_closed = min((one.high, not one.high_open), (other.high, not other.high_open))
    return Interval(low, high, low_open, not high_closed)


def overlap(one: Values, other: Values) -> bool | None:
    """Whether some value is in both; None if that can't be said."""
    if one is None or other is None:
        return None
    if isinstance(one, Everything) or isinstance(other, Everything):
        rest = other if isinstance(one, Everything) else one
        return not never(rest)
    if isinstance(one, Interval) and isinstance(other, Interval):
        return not _intersection(one, other).empty
    if isinstance(one, Interval):
        one, other = other, one
    if isinstance(other, Interval) and isinstance(one, Finite):
        return _overlap_of_interval(other, one)
    if isinstance(one, Finite) and isinstance(other, Finite):
        if one.complement and other.complement:
            return True
        if one.complement:
            one, other = other, one
        return bool(one.values - other.values) if other.complement else bool(one.values & other.values)
    return None


def _overlap_of_interval(interval: Interval, finite: Finite) -> bool | None:
    inside = [value for value in finite.values if interval.holds(value)]
    if not finite.complement:
        return bool(inside)
    if interval.empty or (inside and interval.low == interval.high):
        return False
    endless = math.isinf(interval.low) or math.isinf(interval.high)
    # Of whole numbers, nothing may be left between the bounds.
    return True if not inside or endless else None


def covers(wide: Values, narrow: Values) -> bool:
    """Whether each value of the second is certainly in the first."""
    if isinstance(wide, Everything):
        return True
    if wide is None or narrow is None or isinstance(narrow, Everything):
        return False
    if isinstance(narrow, Interval):
        return isinstance(wide, Interval) and _intersection(wide, narrow) == narrow
    if narrow.complement:
        return isinstance(wide, Finite) and wide.complement and wide.values <= narrow.values
    if isinstance(wide, Interval):
        return all(wide.holds(value) for value in narrow.values)
    return not (wide.values & narrow.values) if wide.complement else narrow.values <= wide.values


def never(values: Values) -> bool:
    """Whether no value at all is accepted."""
    if isinstance(values, Interval):
        return values.empty
    return isinstance(values, Finite) and not values.complement and not values.values
