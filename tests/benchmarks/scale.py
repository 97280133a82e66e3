"""Ten thousand cases and a million of them: what each page costs, and how many times the small one.

One real case of each kind is copied by the database itself, with its order, instance, history,
timeline, message, notifications and postings, so that the rows have true shapes and every index its size.
The shop that is looked at has a hundred thousand open cases among the million.
"""

from __future__ import annotations

import datetime as dt
import os
import statistics
import time
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from engine import tables
from engine.database import Base
from engine.ids import new_id
from processes.cases.tables import CancellationCase, CaseEvent, CaseLine
from processes.conversation.posting import WriteMessage, write_message
from processes.conversation.tables import CaseMessage, Conversation
from processes.notifications.tables import Notification
from processes.orders.tables import Order, OrderLine, Payment
from processes.people.accounts import hash_password
from processes.people.tables import Account
from processes.record.counting import rebuild
from tests.benchmarks.market import PASSWORD, ask, open_market, product
from tests.benchmarks.measuring import Ground, Report
from webapp.app import create_app
from webapp.bootstrap import Tuidan

FEW = 10_000
MANY = int(os.environ.get("BENCH_ROWS", "1000000"))
OPEN_SHARE = 10
"""One of so many copies is open and waits for the seller."""
PART = 50_000
ROUNDS = 15
RARE = "定制羊绒大衣"


def measure(ground: Ground, report: Report) -> None:
    """Time pages, not over HTTP: the product's own answer, with what the database does for it."""
    report.title(f"Pages with {FEW:,} and {MANY:,} cases: median of {ROUNDS}, and their ratio")
    tuidan = product(ground.database())
    with tuidan.transaction() as session:
        place = open_market(tuidan, session)
        session.execute(sa.update(Account).values(password_hash=hash_password(PASSWORD)))
        cases = []
        for number in range(2):
            order = place.order([(1990, 1)])
            case = ask(tuidan, session, order.order_no, order.lines[0].id, place.buyer)
            words = WriteMessage(case_no=case.case_no, text="请尽快处理", key=f"m-{number}")
            write_message(session, words, place.buyer, tuidan.clock.now())
            cases.append(case.case_no)
        people = {"seller": "seller1", "buyer": "buyer1", "operator": "ops1", "agent": "agent1"}
        _people(session, people)
    with tuidan.transaction() as session:
        task = session.scalars(
            sa.select(tables.UserTask).where(tables.UserTask.business_key == cases[1])
        ).one()
        tuidan.engine.complete_task(session, task.id, values={"decision": "agree"}, actor=place.seller)
    shapes = Shapes(tuidan, waiting=cases[0], decided=cases[1])
    results: list[dict[str, float]] = []
    for size in (FEW, MANY):
        began = time.perf_counter()
        shapes.grow(size)
        rebuild(tuidan.transaction, tuidan.clock.now())
        print(f"  … {size:,} cases made in {time.perf_counter() - began:.0f} s", flush=True)
        clients = {role: _client(tuidan, login) for role, login in people.items()}
        results.append({what: _time(ask) for what, ask in _pages(clients, shapes).items()})
    few, many = results
    for what, milliseconds in many.items():
        ratio = milliseconds / few[what]
        report.add(what, f"{milliseconds:.1f} ms", f"{few[what]:.1f} ms with few; {ratio:.2f} times")
    tuidan.close()


class Shapes:
    """What is copied: a case that waits and one that was decided, with all that hangs on them."""

    def __init__(self, tuidan: Tuidan, *, waiting: str, decided: str) -> None:
        self._tuidan = tuidan
        self.waiting, self.decided = waiting, decided
        self._made = 2
        with tuidan.transaction() as session:
            found = session.get_one(CancellationCase, waiting)
            self.instance_id = found.instance_id
            titles = sa.update(CancellationCase).where(CancellationCase.case_no == waiting)
            session.execute(titles.values(search_text=CancellationCase.search_text + " 王芳 纯棉衬衫"))

    def grow(self, size: int) -> None:
        """Copy until there are so many cases."""
        while self._made < size:
            first, last = self._made + 1, min(self._made + PART, size)
            waiting = first + (last - first + 1) // OPEN_SHARE
            with self._tuidan.transaction() as session:
                # What refers to what is copied along with it: nothing has to be looked up again.
                session.execute(sa.text("SET LOCAL session_replication_role = replica"))
                session.execute(sa.text("SET LOCAL synchronous_commit = off"))
                _copy(session, self.waiting, first, waiting)
                _copy(session, self.decided, waiting + 1, last)
            self._made = last
        with self._tuidan.transaction() as session:
            # A few of many are what somebody searches for.
            rare = sa.select(CancellationCase.case_no).where(CancellationCase.closed_at.is_(None)).limit(5)
            session.execute(
                sa.update(CancellationCase)
                .where(CancellationCase.case_no.in_(rare))
                .values(search_text=CancellationCase.search_text + f" {RARE}")
            )
        with self._tuidan.database.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text("VACUUM ANALYZE"))


def _copy(session: Session, case_no: str, first: int, last: int) -> None:
    case = session.get_one(CancellationCase, case_no)
    instance = tables.ProcessInstance.id == case.instance_id
    where: list[tuple[type[Base], Any]] = [
        (Order, Order.id == case.order_id),
        (OrderLine, OrderLine.order_id == case.order_id),
        (Payment, Payment.order_id == case.order_id),
        (tables.ProcessInstance, instance),
        (tables.HistoryEvent, tables.HistoryEvent.instance_id == case.instance_id),
        (tables.DecisionRecord, tables.DecisionRecord.instance_id == case.instance_id),
        (CancellationCase, CancellationCase.case_no == case_no),
        (CaseLine, CaseLine.case_no == case_no),
        (CaseEvent, CaseEvent.case_no == case_no),
        (Conversation, Conversation.case_no == case_no),
        (CaseMessage, CaseMessage.case_no == case_no),
        (Notification, Notification.link == f"case:{case_no}"),
        (tables.UserTask, tables.UserTask.instance_id == case.instance_id),
    ]
    fresh = {"id", "instance_id", "order_id", "order_line_id", "task_id"}
    numbered = {
        "order_no",
        "case_no",
        "business_key",
        "idempotency_key",
        "payment_no",
        "key",
        "dedup_key",
        "link",
    }
    series = sa.func.generate_series(first, last).table_valued("n").render_derived()
    number = sa.cast(series.c.n, sa.Text)
    for model, condition in where:
        table = model.__table__
        names, values = [], []
        for column in table.columns:
            if column.identity is not None:
                continue
            value: Any = column
            if column.name in fresh:
                value = sa.cast(sa.func.md5(sa.cast(column, sa.Text) + number), sa.Uuid)
            elif column.name in numbered:
                value = column + "-" + number
            elif column.name == "search_text":
                value = column + " " + number
            elif column.name in ("due_at", "opened_at", "placed_at", "decided_at", "started_at"):
                value = column - sa.func.make_interval(0, 0, 0, 0, 0, 0, series.c.n)
            names.append(column.name)
            values.append(value)
        copies = sa.select(*values).select_from(sa.join(table, series, sa.true())).where(condition)
        session.execute(sa.insert(table).from_select(names, copies))  # type: ignore[arg-type]


def _people(session: Session, people: dict[str, str]) -> None:
    """Let one of each role sign in."""
    known = set(session.scalars(sa.select(Account.login)))
    for role, login in people.items():
        if login not in known:
            session.add(
                Account(
                    id=new_id(),
                    login=login,
                    display_name=login,
                    role=role,
                    password_hash=hash_password(PASSWORD),
                    created_at=dt.datetime.now(dt.UTC),
                )
            )


def _client(tuidan: Tuidan, login: str) -> FlaskClient:
    app = create_app(tuidan)
    app.config.update(WTF_CSRF_ENABLED=False)
    client = app.test_client()
    client.post("/sign-in", data={"login": login, "password": PASSWORD})
    return client


def _pages(clients: dict[str, FlaskClient], shapes: Shapes) -> dict[str, Callable[[], None]]:
    def page(role: str, path: str, **query: str) -> Callable[[], None]:
        def get() -> None:
            answer = clients[role].get(path, query_string=query)
            if answer.status_code != 200:
                raise RuntimeError(f"{path}: {answer.status_code}")

        return get

    instance = str(shapes.instance_id)
    return {
        "seller: inbox": page("seller", "/seller/cases"),
        "seller: inbox, searched for what few have": page("seller", "/seller/cases", search=RARE),
        "seller: inbox, searched for what all have": page("seller", "/seller/cases", search="衬衫"),
        "seller: inbox, searched for what none has": page("seller", "/seller/cases", search="没有此物"),
        "seller: decided cases": page("seller", "/seller/decided"),
        "seller: decided, searched for what none has": page("seller", "/seller/decided", search="没有此物"),
        "seller: orders": page("seller", "/seller/orders"),
        "buyer: cases": page("buyer", "/cases"),
        "buyer: orders": page("buyer", "/orders"),
        "buyer: one case": page("buyer", f"/cases/{shapes.waiting}"),
        "buyer: notifications and unread counts": page("buyer", "/notifications"),
        "agent: queue": page("agent", "/platform/"),
        "agent: record of all shops": page("agent", "/record/"),
        "operator: overview": page("operator", "/operator/"),
        "operator: instances": page("operator", "/operator/instances"),
        "operator: instances of a version": page(
            "operator", "/operator/instances", process="buyer_cancellation", version="1"
        ),
        "operator: instances that have ended": page("operator", "/operator/instances", status="cancelled"),
        "operator: an instance and its history": page("operator", f"/operator/instances/{instance}"),
        "operator: incidents": page("operator", "/operator/incidents"),
        "operator: resolved incidents": page("operator", "/operator/incidents", state="resolved"),
    }


def _time(work: Callable[[], None]) -> float:
    """The median in milliseconds, after a first time that nobody counts."""
    work()
    samples = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        samples.append(time.perf_counter() - began)
    return statistics.median(samples) * 1_000
