"""Ten thousand cases and a million of them: what each page costs, and how many times the small one.

What is copied, and how, is told in ``tests.benchmarks.shapes``. The shop, the seller and the buyer who are
looked at have all of it, a hundred thousand open cases among the million.
"""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Callable

import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from engine import tables
from engine.ids import new_id
from processes.conversation.posting import WriteMessage, write_message
from processes.liability.checking import keep_check
from processes.people.accounts import hash_password
from processes.people.tables import Account
from tests.benchmarks.market import PASSWORD, ask, open_market, product
from tests.benchmarks.measuring import Ground, Report
from tests.benchmarks.scans import scans_of
from tests.benchmarks.shapes import RARE, Shapes
from tests.jobs import run_due_work
from webapp.app import create_app
from webapp.bootstrap import Tuidan

FEW = 10_000
MANY = int(os.environ.get("BENCH_ROWS", "1000000"))
ROUNDS = 15
PEOPLE = {
    "seller": "seller1",
    "buyer": "buyer1",
    "operator": "ops1",
    "agent": "agent1",
    "analyst": "analyst1",
}


def measure(ground: Ground, report: Report) -> None:
    """Time pages, not over HTTP: the product's own answer, with what the database does for it."""
    report.title(f"Pages with {FEW:,} and {MANY:,} cases: fastest of {ROUNDS}, and their ratio")
    tuidan = product(ground.database())
    shapes = two_cases(tuidan)
    results: list[dict[str, float]] = []
    for size in (FEW, MANY):
        began = time.perf_counter()
        shapes.grow(size)
        with tuidan.transaction() as session:
            keep_check(session, tuidan.clock.now())
        print(f"  … {size:,} cases made in {time.perf_counter() - began:.0f} s", flush=True)
        results.append(timings(tuidan, shapes))
    for work, tables_read in scans_of(tuidan).items():
        listed = ", ".join(f"{table} {n} times" for table, n in tables_read.items())
        report.add(f"{work}: large tables read as a whole", listed or "none")
    few, many = results
    for what, milliseconds in many.items():
        ratio = milliseconds / few[what]
        report.add(what, f"{milliseconds:.1f} ms", f"{few[what]:.1f} ms with few; {ratio:.2f} times")
    tuidan.close()


def two_cases(tuidan: Tuidan) -> Shapes:
    """A case that waits for its seller, and one that was agreed and paid back."""
    with tuidan.transaction() as session:
        place = open_market(tuidan, session)
        _people(session)
        session.execute(sa.update(Account).values(password_hash=hash_password(PASSWORD)))
        cases = []
        for number in range(2):
            order = place.order([(1990, 1)])
            case = ask(tuidan, session, order.order_no, order.lines[0].id, place.buyer)
            words = WriteMessage(case_no=case.case_no, text="请尽快处理", key=f"m-{number}")
            write_message(session, words, place.buyer, tuidan.clock.now())
            cases.append(case.case_no)
    with tuidan.transaction() as session:
        task = session.scalars(
            sa.select(tables.UserTask).where(tables.UserTask.business_key == cases[1])
        ).one()
        tuidan.engine.complete_task(session, task.id, values={"decision": "agree"}, actor=place.seller)
    run_due_work(tuidan.engine)
    return Shapes(tuidan, waiting=cases[0], settled=cases[1])


def timings(tuidan: Tuidan, shapes: Shapes) -> dict[str, float]:
    """What each page takes, in milliseconds."""
    clients = {role: _client(tuidan, login) for role, login in PEOPLE.items()}
    return {what: _time(ask) for what, ask in _pages(clients, shapes).items()}


def _people(session: Session) -> None:
    """Let one of each role sign in."""
    known = set(session.scalars(sa.select(Account.login)))
    for role, login in PEOPLE.items():
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

    instance, order, run = str(shapes.instance_id), shapes.case_order, str(shapes.what_if_id)
    return {
        "seller: inbox": page("seller", "/seller/cases"),
        "seller: inbox, searched for what few have": page("seller", "/seller/cases", search=RARE),
        "seller: inbox, searched for what all have": page("seller", "/seller/cases", search="衬衫"),
        "seller: inbox, searched for what none has": page("seller", "/seller/cases", search="没有此物"),
        "seller: decided cases": page("seller", "/seller/decided"),
        "seller: decided, searched for what none has": page("seller", "/seller/decided", search="没有此物"),
        "seller: one case": page("seller", f"/seller/cases/{shapes.waiting}"),
        "seller: orders": page("seller", "/seller/orders"),
        "seller: orders in a state that few have": page("seller", "/seller/orders", state="delivered"),
        "seller: orders, searched for what few have": page("seller", "/seller/orders", search=RARE),
        "seller: orders, searched for what all have": page("seller", "/seller/orders", search="商品"),
        "seller: orders, searched for what none has": page("seller", "/seller/orders", search="没有此物"),
        "seller: orders, searched for one's number": page("seller", "/seller/orders", search=order),
        "seller: statement of this month": page("seller", "/seller/statement"),
        "seller: stock": page("seller", "/seller/stock"),
        "buyer: cases": page("buyer", "/cases"),
        "buyer: cases, searched for what none has": page("buyer", "/cases", search="没有此物"),
        "buyer: orders": page("buyer", "/orders"),
        "buyer: orders, searched for what few have": page("buyer", "/orders", search=RARE),
        "buyer: orders, searched for what all have": page("buyer", "/orders", search="商品"),
        "buyer: orders, searched for what none has": page("buyer", "/orders", search="没有此物"),
        "buyer: one order": page("buyer", f"/orders/{order}"),
        "buyer: one case": page("buyer", f"/cases/{shapes.waiting}"),
        "buyer: notifications and unread counts": page("buyer", "/notifications"),
        "buyer: wallet": page("buyer", "/wallet"),
        "agent: queue": page("agent", "/platform/"),
        "agent: record of all shops": page("agent", "/record/"),
        "agent: record of one shop": page("agent", "/record/shop1"),
        "agent: ratings": page("agent", "/ratings/"),
        "agent: accounts of shops": page("agent", "/platform/statements"),
        "agent: statement of a shop": page("agent", "/platform/statement", account=f"shop:{shapes.shop_id}"),
        "operator: overview": page("operator", "/operator/"),
        "operator: instances": page("operator", "/operator/instances"),
        "operator: instances of a version": page(
            "operator", "/operator/instances", process="buyer_cancellation", version="1"
        ),
        "operator: instances that have ended": page("operator", "/operator/instances", status="cancelled"),
        "operator: instances by a case's number": page("operator", "/operator/instances", key=shapes.waiting),
        "operator: an instance and its history": page("operator", f"/operator/instances/{instance}"),
        "operator: incidents": page("operator", "/operator/incidents"),
        "operator: incidents by what they say": page("operator", "/operator/incidents", message="in time"),
        "operator: incidents that say what none says": page(
            "operator", "/operator/incidents", message="没有"
        ),
        "operator: incidents of a process that has none": page(
            "operator", "/operator/incidents", process="arbitration"
        ),
        "operator: resolved incidents that say what none says": page(
            "operator", "/operator/incidents", state="resolved", message="无此"
        ),
        "operator: incidents of a kind that none has": page(
            "operator", "/operator/incidents", kind="unreadable"
        ),
        "operator: incidents for long": page("operator", "/operator/incidents", age="P7D"),
        "operator: resolved incidents of a kind that none has": page(
            "operator", "/operator/incidents", state="resolved", kind="unreadable"
        ),
        "operator: resolved incidents": page("operator", "/operator/incidents", state="resolved"),
        "operator: letters that were given up": page("operator", "/operator/letters"),
        "operator: books": page("operator", "/operator/books"),
        "operator: stock": page("operator", "/operator/stock"),
        "analyst: processes": page("analyst", "/analyst/"),
        "analyst: what-if trials": page("analyst", "/analyst/what-if"),
        "analyst: what a trial would change": page("analyst", f"/analyst/what-if/{run}"),
    }


def _time(work: Callable[[], None]) -> float:
    """The fastest in milliseconds, after a first time that nobody counts: what else runs only slows."""
    work()
    samples = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        samples.append(time.perf_counter() - began)
    return min(samples) * 1_000
