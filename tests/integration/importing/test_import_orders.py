"""A file of orders is taken whole or not at all, and taken again without harm."""

from __future__ import annotations

import csv
import datetime as dt
import io
import itertools
from typing import BinaryIO

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.actors import SYSTEM
from processes.catalog.tables import Shop, StockItem
from processes.fakes import FakeProcessEngine
from processes.importing.orders import import_orders
from processes.importing.problems import PROBLEM_LIMIT, ImportRefused
from processes.importing.recording import ImportReport
from processes.orders.tables import Order, OrderLine, Payment
from processes.shipping.tables import Shipment, TrackingEvent

NOW = dt.datetime(2026, 3, 10, 4, 0, tzinfo=dt.UTC)
Row = dict[str, str]


def row(order_no: str = "I1", line_no: int | str = 1, **changes: str) -> Row:
    values = {
        "order_no": order_no,
        "shop": "yunduan",
        "shop_name": "云端服饰",
        "buyer_login": "wangfang",
        "buyer_name": "王芳",
        "placed_at": "2026-03-01T12:00:00+08:00",
        "promised_at": "2026-03-05T23:59:59+08:00",
        "freight": "8.00",
        "discount": "10.00",
        "receiver_name": "王芳",
        "receiver_address": "浙江省杭州市西湖区文三路 1 号",
        "payments": "wechat WX1 190.00; coupon CP1 8.00",
        "paid_at": "2026-03-01T12:03:00+08:00",
        "line_no": str(line_no),
        "sku": f"TS-{line_no}",
        "title": f"纯棉圆领T恤,{line_no}号",
        "category": "apparel",
        "unit_price": "100.00",
        "quantity": "1",
        "stock": "20",
        "carrier": "",
        "tracking_no": "",
        "shipped_quantity": "",
        "shipped_at": "",
        "tracking": "",
    }
    return {**values, **changes}


PARCEL = {"carrier": "顺丰", "tracking_no": "SF100", "shipped_at": "2026-03-02T10:00:00+08:00"}


def two_lines(order_no: str = "I1", **changes: str) -> list[Row]:
    return [row(order_no, 1, **changes), row(order_no, 2, **changes)]


def as_csv(rows: list[Row], encoding: str = "utf-8") -> BinaryIO:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return io.BytesIO(text.getvalue().encode(encoding))


def take(session: Session, stream: BinaryIO, engine: FakeProcessEngine | None = None) -> ImportReport:
    return import_orders(session, engine or FakeProcessEngine(), stream, SYSTEM, NOW)


def refused(session: Session, rows: list[Row]) -> list[tuple[str, int, str]]:
    with pytest.raises(ImportRefused) as info:
        take(session, as_csv(rows))
    session.rollback()
    assert session.scalar(sa.select(sa.func.count()).select_from(Order)) == 0
    assert all(problem.remedy for problem in info.value.problems)
    return [(problem.code, problem.line, problem.column) for problem in info.value.problems]


def test_an_order_comes_in_with_everything_that_belongs_to_it(session: Session) -> None:
    engine = FakeProcessEngine()
    tracking = "picked_up 2026-03-02T11:00:00+08:00; delivered 2026-03-04T15:00:00+08:00"
    report = take(session, as_csv(two_lines(**PARCEL, tracking=tracking)), engine)
    assert report == ImportReport(orders=1, orders_known=0, lines=2, shipments=1, tracking_events=2)
    order = session.scalars(sa.select(Order)).one()
    assert (order.state, order.total, order.shop.name) == ("delivered", 19800, "云端服饰")
    assert [line.discount for line in order.lines] == [500, 500]
    assert sorted(payment.captured for payment in order.payments) == [800, 19000]
    assert order.delivered_at == dt.datetime(2026, 3, 4, 7, 0, tzinfo=dt.UTC)
    assert [process for process, _, _ in engine.started] == ["shipment_watch"]
    stock = session.get_one(StockItem, order.lines[0].variant_id)
    assert (stock.on_hand, stock.reserved) == (19, 0)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_whatever_a_spreadsheet_writes_is_read(session: Session, encoding: str) -> None:
    take(session, as_csv(two_lines(), encoding))
    assert (
        session.scalars(sa.select(OrderLine.title).order_by(OrderLine.line_no)).first() == "纯棉圆领T恤,1号"
    )


def test_a_stream_that_cannot_be_rewound_is_read(session: Session) -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    assert take(session, Pipe(as_csv(two_lines()).read())).orders == 1


def test_the_same_file_again_does_nothing(session: Session) -> None:
    tracking = "picked_up 2026-03-02T11:00:00+08:00"
    rows = two_lines(**PARCEL, tracking=tracking)
    engine = FakeProcessEngine()
    take(session, as_csv(rows), engine)
    again = take(session, as_csv(rows), engine)
    assert again == ImportReport(orders=0, orders_known=1, lines=0, shipments=0, tracking_events=0)
    for table, count in ((Order, 1), (Payment, 2), (Shipment, 1), (TrackingEvent, 1)):
        assert session.scalar(sa.select(sa.func.count()).select_from(table)) == count
    assert len(engine.started) == 1


def test_a_later_file_adds_what_happened_since(session: Session) -> None:
    take(session, as_csv(two_lines()))
    later = [row("I1", 1, **PARCEL), row("I1", 2)]
    assert take(session, as_csv(later)).shipments == 1
    order = session.scalars(sa.select(Order)).one()
    assert order.state == "partly_shipped"


def test_a_line_may_leave_in_two_parcels(session: Session) -> None:
    both = [
        row(quantity="3", payments="wechat WX1 298.00", **PARCEL, shipped_quantity="1"),
        row(
            quantity="3",
            payments="wechat WX1 298.00",
            **{**PARCEL, "tracking_no": "SF101"},
            shipped_quantity="2",
        ),
    ]
    assert take(session, as_csv(both)).shipments == 2
    assert session.scalars(sa.select(Order.state)).one() == "shipped"


def test_each_problem_names_line_and_column(session: Session) -> None:
    bad = {
        "order_no": "I 2",
        "placed_at": "2026-03-01 12:00",
        "freight": "-1",
        "category": "服饰",
        "unit_price": "1.005",
        "quantity": "0",
        "payments": "cash 1",
        "buyer_name": "",
    }
    found = refused(session, [*two_lines(), {**row("I2"), **bad}])
    assert sorted(found) == sorted(
        [
            ("import.not_a_code", 4, "order_no"),
            ("import.not_an_instant", 4, "placed_at"),
            ("import.not_an_amount", 4, "freight"),
            ("import.not_a_choice", 4, "category"),
            ("import.not_an_amount", 4, "unit_price"),
            ("import.not_a_number", 4, "quantity"),
            ("import.not_payments", 4, "payments"),
            ("import.value_missing", 4, "buyer_name"),
        ]
    )


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([row(), row("I1", 2, freight="9.00")], [("import.order_changed", 3, "order_no")]),
        ([row(), row("I1", 1, sku="X")], [("import.line_changed", 3, "line_no")]),
        ([row(line_no=2)], [("import.not_a_number", 2, "line_no")]),
        ([*two_lines("A"), *two_lines("B"), row("A", 1)], [("import.order_scattered", 6, "order_no")]),
        ([row(**PARCEL, shipped_quantity="2")], [("import.shipped_too_many", 2, "quantity")]),
        (
            [row(carrier="顺丰")],
            [("import.value_missing", 2, "tracking_no"), ("import.value_missing", 2, "shipped_at")],
        ),
        ([row(paid_at="")], [("import.needs", 2, "paid_at")]),
        ([row(currency="XYZ")], [("import.currency_unknown", 2, "unit_price")]),
        ([row(shop="nobody", shop_name="")], [("catalog.shop_not_found", 2, "")]),
        ([row(payments="wechat W 500.00")], [("order.payment_exceeds_total", 2, "")]),
        ([row(discount="500.00")], [("order.discount_too_large", 2, "")]),
        ([row(**PARCEL, tracking="vanished 2026-03-02T11:00:00Z")], [("import.not_tracking", 2, "tracking")]),
        ([row(title="长" * 3000)], [("import.value_too_long", 2, "title")]),
    ],
)
def test_what_does_not_fit_is_refused(
    session: Session, rows: list[Row], expected: list[tuple[str, int, str]]
) -> None:
    assert set(expected) <= set(refused(session, rows))


def test_an_order_that_was_changed_is_refused(session: Session) -> None:
    take(session, as_csv(two_lines()))
    with pytest.raises(ImportRefused) as info:
        take(session, as_csv(two_lines(remark="改了")))
    assert [problem.code for problem in info.value.problems] == ["order.conflict"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "import.empty"),
        (b"order_no,shop\n", "import.column_missing"),
        (as_csv([row()]).read() + b"I9,x\n", "import.row_length"),
        (as_csv([row()]).read() + b'"I9,x\n', "import.row_malformed"),
        (as_csv([row()]).read() + b"\xff\xff\xff\n", "import.encoding"),
        (as_csv([{**row(), "colour": "red"}]).read(), "import.column_unknown"),
    ],
)
def test_a_file_that_is_no_table_is_refused(session: Session, data: bytes, code: str) -> None:
    with pytest.raises(ImportRefused) as info:
        take(session, io.BytesIO(data))
    assert code in {problem.code for problem in info.value.problems}


def test_a_hopeless_file_ends_early(session: Session) -> None:
    rows = (row(f"N{number}", quantity="x") for number in itertools.count())
    found = refused(session, list(itertools.islice(rows, 500)))
    assert len(found) == PROBLEM_LIMIT


def test_zero_decimal_currencies_have_no_point(session: Session) -> None:
    yen = {
        "currency": "JPY",
        "freight": "800",
        "discount": "0",
        "unit_price": "1200",
        "payments": "alipay A1 2000",
    }
    take(session, as_csv([row(**yen)]))
    assert session.scalars(sa.select(Order.total)).one() == 2000
    assert session.scalars(sa.select(Shop.slug)).one() == "yunduan"
