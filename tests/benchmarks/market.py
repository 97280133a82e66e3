"""A marketplace for measurements: the composed product on a durable database, with orders and cases."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import tables
from engine.actors import SYSTEM, Actor
from engine.database import Base
from processes.cases.requesting import RequestCancellation, request_cancellation
from processes.cases.tables import CancellationCase, CaseLine
from processes.orders.tables import Order, OrderLine
from processes.people.accounts import hash_password
from processes.people.tables import Account
from tests.marketplace import Marketplace, marketplace
from webapp.bootstrap import Tuidan, build
from webapp.bundles import read_bundle
from webapp.settings import Settings

PASSWORD = "measured-by-nobody"


def product(url: str) -> Tuidan:
    """The product on a migrated database, with ``bpmn/`` deployed."""
    tuidan = build(Settings(database_url=url, demo_data=False))
    with tuidan.transaction() as session:
        tuidan.engine.deploy(session, read_bundle(tuidan.settings.bpmn_dir), actor=SYSTEM, note="bench")
    return tuidan


def open_market(tuidan: Tuidan, session: Session) -> Marketplace:
    """A shop whose orders were paid some hours ago, so that its seller is asked."""
    place = marketplace(session)
    place.now = tuidan.clock.now() - dt.timedelta(hours=3)
    seller = session.scalars(sa.select(Account).where(Account.login == "seller1")).one()
    seller.password_hash = hash_password(PASSWORD)
    return place


def ask(tuidan: Tuidan, session: Session, order_no: str, line_id: Any, buyer: Actor) -> CancellationCase:
    """A buyer asks to cancel one unit."""
    return request_cancellation(
        session,
        tuidan.engine,
        RequestCancellation(
            order_no=order_no,
            lines=((line_id, 1),),
            reason="B_MIND",
            text="",
            idempotency_key=f"ask-{order_no}",
        ),
        buyer,
        tuidan.clock.now(),
    )


def multiply(session: Session, case_no: str, first: int, last: int) -> None:
    """Copy an open case, with its order, instance and task, as numbers ``first`` to ``last``."""
    case = session.get_one(CancellationCase, case_no)
    where: list[tuple[type[Base], Any]] = [
        (Order, Order.id == case.order_id),
        (OrderLine, OrderLine.order_id == case.order_id),
        (tables.ProcessInstance, tables.ProcessInstance.id == case.instance_id),
        (CancellationCase, CancellationCase.case_no == case_no),
        (CaseLine, CaseLine.case_no == case_no),
        (tables.UserTask, tables.UserTask.instance_id == case.instance_id),
    ]
    fresh = {"id", "instance_id", "order_id", "order_line_id"}
    numbered = {"order_no", "case_no", "business_key", "idempotency_key", "search_text"}
    series = sa.func.generate_series(first, last).table_valued("n").render_derived()
    number = sa.cast(series.c.n, sa.Text)
    for model, condition in where:
        table = model.__table__
        values: list[Any] = []
        for column in table.columns:
            if column.name in fresh:
                values.append(sa.cast(sa.func.md5(sa.cast(column, sa.Text) + number), sa.Uuid))
            elif column.name in numbered:
                values.append(column + "-" + number)
            elif column.name == "due_at":
                values.append(column + sa.func.make_interval(0, 0, 0, 0, 0, 0, series.c.n))
            else:
                values.append(column)
        copies = sa.select(*values).select_from(sa.join(table, series, sa.true())).where(condition)
        session.execute(sa.insert(table).from_select([c.name for c in table.columns], copies))  # type: ignore[arg-type]
