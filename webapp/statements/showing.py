"""One account's statement as a page and as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Response, render_template, request, stream_with_context
from flask_babel import gettext

from processes.liability.balances import currencies_of
from processes.liability.months import Month, month_named, month_of
from processes.liability.statements import Row, all_rows, statement
from processes.money.currencies import major_units
from webapp.context import now, tuidan
from webapp.statements.wording import what, why


@dataclass(frozen=True, kw_only=True)
class Shown:
    """Which statement is shown, and to whom.

    Attributes:
        account: Whose; the reader may see it.
        title: What the page calls it.
        endpoint: The page itself.
        download: The file.
        case_endpoint: The page of a case, for this role.
        order_endpoint: The page of an order, for what is about no case.
        args: What the addresses take besides.
    """

    account: str
    title: str
    endpoint: str
    download: str
    case_endpoint: str
    order_endpoint: str
    args: dict[str, Any]


def statement_page(template: str, shown: Shown, **more: Any) -> str:
    """Render a month of an account, which the address names, by a template of the reader's role."""
    month = _month()
    with tuidan().transaction() as session:
        currencies = currencies_of(session, shown.account) or ["CNY"]
        found = statement(
            session,
            shown.account,
            _currency(currencies),
            month,
            after=request.args.get("after"),
        )
        return render_template(
            template,
            shown=shown,
            statement=found,
            currencies=currencies,
            is_latest=month == month_of(now()),
            what=what,
            why=why,
            **more,
        )


def statement_file(shown: Shown) -> Response:
    """Return a month of an account as a CSV file, in the reader's language."""
    month = _month()
    with tuidan().transaction() as session:
        currency = _currency(currencies_of(session, shown.account) or ["CNY"])
    name = f"statement-{month}-{currency}.csv"
    return Response(
        stream_with_context(_lines(shown.account, currency, month)),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _lines(account: str, currency: str, month: Month) -> Iterator[str]:
    # Spreadsheets take a file for UTF-8 by its byte order mark.
    yield "\ufeff" + _line(
        gettext("When"),
        gettext("Case or order"),
        gettext("What"),
        gettext("Why"),
        gettext("Amount"),
        gettext("Balance"),
        gettext("Currency"),
    )
    with tuidan().transaction() as session:
        for row in all_rows(session, account, currency, month):
            yield _line(*_fields(row, currency), currency)


def _fields(row: Row, currency: str) -> tuple[str, ...]:
    return (
        row.posting.at.isoformat(timespec="seconds"),
        row.entry.case_no or str(row.entry.facts.get("order_no", "")),
        what(row),
        why(row),
        str(major_units(row.posting.amount, currency)),
        str(major_units(row.balance, currency)),
    )


def _line(*fields: str) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(fields)
    return buffer.getvalue()


def _month() -> Month:
    return month_named(request.args.get("month", "")) or month_of(now())


def _currency(known: list[str]) -> str:
    asked = request.args.get("currency", "")
    return asked if asked in known else known[0]
