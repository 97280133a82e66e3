"""Reading single fields of an import. Pure: text in, a value or a problem's code out."""

from __future__ import annotations

import datetime as dt
import re

from processes.money.currencies import MINOR_DIGITS, minor_units

QUANTITY_LIMIT = 1_000_000

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,63}", re.ASCII)


class FieldProblem(Exception):
    """A field isn't what its column needs; ``code`` says how."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


def amount(text: str, currency: str) -> int:
    """Return an amount such as ``59.90`` in minor units of a currency.

    Raises:
        FieldProblem: It isn't one, is negative, or has more digits than the currency.
    """
    if currency not in MINOR_DIGITS:
        raise FieldProblem("import.currency_unknown", ", ".join(MINOR_DIGITS))
    value = minor_units(text, currency)
    if value is None:
        raise FieldProblem(
            "import.not_an_amount", f"{currency} has {MINOR_DIGITS[currency]} digits after the point"
        )
    return value


def quantity(text: str) -> int:
    """Return a whole number above zero.

    Raises:
        FieldProblem: It isn't one.
    """
    if not (text.isascii() and text.isdigit()) or len(text) > len(str(QUANTITY_LIMIT)):
        raise FieldProblem("import.not_a_number")
    if not 0 < (value := int(text)) <= QUANTITY_LIMIT:
        raise FieldProblem("import.not_a_number")
    return value


def instant(text: str) -> dt.datetime:
    """Return an ISO 8601 instant, in UTC.

    Raises:
        FieldProblem: It isn't one, or names no zone.
    """
    try:
        value = dt.datetime.fromisoformat(text)
    except ValueError:
        raise FieldProblem("import.not_an_instant") from None
    if value.tzinfo is None:
        raise FieldProblem("import.not_an_instant", "the zone is missing")
    try:
        return value.astimezone(dt.UTC)
    except OverflowError:
        raise FieldProblem("import.not_an_instant") from None


def flag(text: str) -> bool:
    """Return whether a field says yes.

    Raises:
        FieldProblem: It says neither yes nor no.
    """
    match text.lower():
        case "yes" | "true" | "1" | "是":
            return True
        case "no" | "false" | "0" | "否" | "":
            return False
        case _:
            raise FieldProblem("import.not_a_flag")


def code(text: str) -> str:
    """Return a number or name that machines read.

    Raises:
        FieldProblem: It has signs that don't belong there, or is too long.
    """
    if not _CODE.fullmatch(text):
        raise FieldProblem("import.not_a_code")
    return text


def order_number(text: str) -> str:
    """Return an order's number, which also stands in addresses and so has no slash.

    Raises:
        FieldProblem: It has signs that don't belong there, or is too long.
    """
    if "/" in text:
        raise FieldProblem("import.not_a_code", "an order number has no slash")
    return code(text)


def choice(text: str, known: tuple[str, ...]) -> str:
    """Return one of the known words.

    Raises:
        FieldProblem: It is none of them.
    """
    if text not in known:
        raise FieldProblem("import.not_a_choice", ", ".join(known))
    return text
