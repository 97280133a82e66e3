"""Checking one row of an orders file, field by field. Nothing here touches the database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from processes.catalog.rules import CATEGORIES
from processes.importing import fields
from processes.importing.columns import (
    COLUMNS,
    LINE_COLUMNS,
    ORDER_COLUMNS,
    PARCEL_COLUMNS,
    REQUIRED,
    OrderRow,
    ParcelFields,
    PaymentField,
    TrackingField,
)
from processes.importing.fields import FieldProblem
from processes.importing.problems import Problem
from processes.orders.rules import TENDERS
from processes.shipping.rules import TRACKING_EVENTS
from processes.wallet.books import VoucherTerms
from processes.wallet.rules import INSTRUMENTS

T = TypeVar("T")

TEXT_LIMIT = 2000


def check_header(names: Sequence[str]) -> list[Problem]:
    """Return what is wrong with the first line."""
    problems = [
        Problem(code="import.column_missing", line=1, column=name) for name in REQUIRED if name not in names
    ]
    seen: set[str] = set()
    for name in names:
        if name not in COLUMNS:
            problems.append(Problem(code="import.column_unknown", line=1, column=name[:64]))
        elif name in seen:
            problems.append(Problem(code="import.column_repeated", line=1, column=name))
        seen.add(name)
    return problems


@dataclass
class RowReader:
    """Reads the fields of one row and keeps what is wrong with them."""

    line: int
    values: dict[str, str]
    problems: list[Problem] = field(default_factory=list)

    def read(self) -> OrderRow | None:
        """Return the row, or None if ``problems`` has any."""
        currency = self.values.get("currency") or "CNY"
        row: dict[str, Any] = {
            "order_no": self._need("order_no", fields.order_number),
            "shop": self._need("shop", fields.code),
            "buyer_login": self._need("buyer_login", fields.code),
            "buyer_name": self._need("buyer_name", str),
            "placed_at": self._need("placed_at", fields.instant),
            "line_no": self._need("line_no", fields.quantity),
            "sku": self._need("sku", fields.code),
            "title": self._need("title", str),
            "category": self._need("category", lambda text: fields.choice(text, CATEGORIES)),
            "unit_price": self._need("unit_price", lambda text: fields.amount(text, currency)),
            "quantity": self._need("quantity", fields.quantity),
            "currency": currency,
            "freight": self._may("freight", lambda text: fields.amount(text, currency)) or 0,
            "discount": self._may("discount", lambda text: fields.amount(text, currency)) or 0,
            "stock": self._may("stock", fields.quantity) or 0,
            "listing": self._may("listing", fields.code) or "",
            "custom_made": self._may("custom_made", fields.flag) or False,
            "payments": self._may("payments", lambda text: _payments(text, currency)) or (),
            "parcel": self._parcel(),
        }
        for name in (
            "promised_ship_by",
            "promised_at",
            "paid_at",
            "picking_at",
            "completed_at",
            "paid_out_at",
        ):
            row[name] = self._may(name, fields.instant)
        for name in ("shop_name", "remark", "variant", "description", "image"):
            row[name] = self._may(name, str) or ""
        row["receiver"] = {
            part: self._may(f"receiver_{part}", str) or "" for part in ("name", "phone", "address")
        }
        self._together("payments", "paid_at")
        if self.problems:
            return None
        return OrderRow(
            line=self.line,
            order_text=tuple(self.values.get(name, "") for name in ORDER_COLUMNS),
            line_text=tuple(self.values.get(name, "") for name in LINE_COLUMNS),
            **row,
        )

    def _parcel(self) -> ParcelFields | None:
        if not any(self.values.get(name) for name in PARCEL_COLUMNS):
            return None
        ordered = self.values.get("quantity", "")
        shipped = self.values.get("shipped_quantity") or ordered
        carrier, number = self._need("carrier", str), self._need("tracking_no", fields.code)
        shipped_at = self._need("shipped_at", fields.instant)
        quantity = self._checked("shipped_quantity", shipped, fields.quantity)
        tracking = self._may("tracking", _tracking) or ()
        if carrier is None or number is None or shipped_at is None or quantity is None:
            return None
        return ParcelFields(
            carrier=carrier, tracking_no=number, shipped_at=shipped_at, quantity=quantity, tracking=tracking
        )

    def _need(self, column: str, read: Callable[[str], T]) -> T | None:
        text = self.values.get(column, "")
        if not text:
            self.problems.append(Problem(code="import.value_missing", line=self.line, column=column))
            return None
        return self._checked(column, text, read)

    def _may(self, column: str, read: Callable[[str], T]) -> T | None:
        text = self.values.get(column, "")
        return self._checked(column, text, read) if text else None

    def _checked(self, column: str, text: str, read: Callable[[str], T]) -> T | None:
        try:
            if len(text) > TEXT_LIMIT or "\0" in text:
                raise FieldProblem("import.value_too_long", f"{TEXT_LIMIT} characters at most")
            return read(text)
        except FieldProblem as problem:
            self.problems.append(
                Problem(
                    code=problem.code, line=self.line, column=column, value=text[:80], detail=problem.detail
                )
            )
            return None

    def _together(self, first: str, second: str) -> None:
        for filled, empty in ((first, second), (second, first)):
            if self.values.get(filled) and not self.values.get(empty):
                self.problems.append(
                    Problem(code="import.needs", line=self.line, column=empty, detail=f"{filled} is filled")
                )


def _payments(text: str, currency: str) -> tuple[PaymentField, ...]:
    found = []
    for part in filter(None, (part.strip() for part in text.split(";"))):
        words = part.split()
        voucher = words[:1] and words[0] in INSTRUMENTS
        if not 3 <= len(words) <= (5 if voucher else 3) or words[0] not in TENDERS:
            raise FieldProblem("import.not_payments", "tenders: " + ", ".join(TENDERS))
        paid = fields.amount(words[2], currency)
        if not paid:
            raise FieldProblem("import.not_payments", "an amount above zero is needed")
        terms = VoucherTerms(
            valid_until=fields.instant(words[3]) if words[3:] and words[3] != "-" else None,
            kind=fields.code(words[4]) if words[4:] else "",
        )
        found.append(PaymentField(tender=words[0], reference=fields.code(words[1]), amount=paid, terms=terms))
    return tuple(found)


def _tracking(text: str) -> tuple[TrackingField, ...]:
    found = []
    for part in filter(None, (part.strip() for part in text.split(";"))):
        words = part.split()
        if len(words) != 2 or words[0] not in TRACKING_EVENTS:
            raise FieldProblem("import.not_tracking", "events: " + ", ".join(TRACKING_EVENTS))
        found.append(TrackingField(event=words[0], at=fields.instant(words[1])))
    return tuple(found)
