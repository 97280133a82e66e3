"""What is wrong with a file that is to be imported, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.errors import TuidanError

PROBLEM_LIMIT = 100
"""After this many an import stops looking for more."""

REMEDIES = {
    "import.encoding": "Save the file as UTF-8 (with or without a byte order mark) or GB18030.",
    "import.empty": "The first line names the columns; see docs/importing.md.",
    "import.column_missing": "Add the column to the first line; see docs/importing.md.",
    "import.column_unknown": "Remove the column, or correct its name; see docs/importing.md.",
    "import.column_repeated": "Name each column once.",
    "import.row_length": "Give each row as many fields as the first line; put quotes around commas.",
    "import.row_malformed": "Close every quotation mark, and double those inside a field.",
    "import.value_missing": "Fill the field.",
    "import.value_too_long": "Shorten the text.",
    "import.not_a_number": "Write a whole number above zero, such as 2.",
    "import.not_an_amount": "Write an amount in the currency's own unit, such as 59.90.",
    "import.not_an_instant": "Write date, time and zone, such as 2026-03-01T12:00:00+08:00.",
    "import.not_a_flag": "Write yes or no, or leave it empty.",
    "import.not_a_code": "Use letters, digits and the signs - _ . / only.",
    "import.not_a_choice": "Choose one of those that are known.",
    "import.not_payments": "Write tender, reference and amount: wechat WX2026030100 59.90; coupon CP7 5.00",
    "import.not_tracking": "Write event and instant: picked_up 2026-03-01T12:00:00+08:00; delivered …",
    "import.currency_unknown": "Use one of the supported currencies.",
    "import.needs": "Fill both fields or neither.",
    "import.order_changed": "Repeat the order's own fields in each of its rows without change.",
    "import.line_changed": "Repeat the line's goods without change, or give it another line number.",
    "import.order_scattered": "Put the rows of an order next to each other.",
    "import.shipped_too_many": "Ship no more units than the line has.",
    "order.conflict": "Give the order another number; one that was imported can't be changed.",
    "order.payment_conflict": "Give the payment another reference; one that was recorded can't be changed.",
    "order.payment_exceeds_total": "Let the payments add up to goods less discount plus freight.",
    "order.discount_too_large": "Reduce the discount to what the goods cost.",
    "catalog.shop_not_found": "Correct the shop, or fill shop_name so that it is made.",
    "people.login_taken": "Use the login of a buyer.",
    "shipping.too_many_kept": "Record the parcels first, and then their events.",
    "import.too_large": "Divide the file.",
    "shipping.event_conflict": "Give the event another id; one that was recorded can't be changed.",
    "shipping.conflict": "Give the parcel its own tracking number; one that was recorded can't be changed.",
}
REMEDY_OTHERWISE = "Correct the row and import the file again; nothing of it was imported."


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing that is wrong.

    Attributes:
        code: Stable; pages translate by it.
        line: In the file, from 1; the first line names the columns.
        column: Its name; empty if the problem is the whole row's.
        value: What stands there, shortened.
        detail: In English.
    """

    code: str
    line: int
    column: str = ""
    value: str = ""
    detail: str = ""

    @property
    def remedy(self) -> str:
        """What to do about it, in English."""
        return REMEDIES.get(self.code, REMEDY_OTHERWISE)

    def __str__(self) -> str:
        place = f"line {self.line}" + (f", column {self.column}" if self.column else "")
        shown = f" {self.value!r}" if self.value else ""
        detail = f" {self.detail}" if self.detail else ""
        return f"{place}: {self.code}{shown}{detail} → {self.remedy}"


class ImportRefused(TuidanError):
    """The file has {count} problems; nothing of it was imported."""

    code = "import.refused"

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__(
            count=len(self.problems),
            problems=[
                {"code": p.code, "line": p.line, "column": p.column, "value": p.value, "remedy": p.remedy}
                for p in self.problems
            ],
        )
