"""Whether work reads whole tables: a case from its request to its refund, and each chore of a worker."""

from __future__ import annotations

import datetime as dt
import itertools
import time
from collections.abc import Callable

import sqlalchemy as sa

from engine.tables import UserTask
from processes.cases.commands import withdraw
from processes.catalog.tables import Shop
from processes.people.accounts import actor_of
from processes.people.tables import Account
from tests.benchmarks.market import ask
from tests.jobs import run_due_work
from tests.marketplace import Marketplace
from webapp.bootstrap import Tuidan
from webapp.chores import chores_of

_HOURS = dt.timedelta(hours=3)
LARGE = 5_000
"""A table of fewer rows may be read as a whole."""

_SCANS = sa.text("""
    SELECT s.relname, s.seq_scan FROM pg_stat_user_tables s JOIN pg_class c ON c.oid = s.relid
    WHERE c.reltuples > :large
""")


def scans_of(tuidan: Tuidan) -> dict[str, dict[str, int]]:
    """Return, for each piece of work, which large tables it read as a whole and how often."""
    found: dict[str, dict[str, int]] = {}
    for name, work in _works(tuidan).items():
        before = _scans(tuidan)
        work()
        after = _scans(tuidan)
        found[name] = {table: n - before[table] for table, n in after.items() if n > before.get(table, n)}
    return found


def _scans(tuidan: Tuidan) -> dict[str, int]:
    # A connection tells what it has done when it ends.
    tuidan.database.dispose()
    with tuidan.transaction() as session:
        return {row.relname: row.seq_scan for row in session.execute(_SCANS, {"large": LARGE})}


def _works(tuidan: Tuidan) -> dict[str, Callable[[], object]]:
    works: dict[str, Callable[[], object]] = {"a case's whole life": lambda: _life(tuidan)}
    for chore in chores_of(tuidan):
        name = getattr(chore.do, "func", chore.do).__name__
        works[f"a worker's chore: {name.strip('_').replace('_', ' ')}"] = chore.do
    return works


def _life(tuidan: Tuidan) -> None:
    with tuidan.transaction() as session:
        people = {one.login: actor_of(one) for one in session.scalars(sa.select(Account))}
        shop = session.scalars(sa.select(Shop)).one()
        place = Marketplace(
            session=session,
            shop=shop,
            buyer=people["buyer1"],
            seller=people["seller1"],
            agent=people["agent1"],
            now=tuidan.clock.now(),
        )
        place.numbers = itertools.count(int(time.time()))
        place.now -= _HOURS
        cases = []
        for _ in range(2):
            order = place.order([(1990, 1)])
            cases.append(ask(tuidan, session, order.order_no, order.lines[0].id, place.buyer).case_no)
    with tuidan.transaction() as session:
        task = session.scalars(sa.select(UserTask).where(UserTask.business_key == cases[0])).one()
        tuidan.engine.complete_task(session, task.id, values={"decision": "agree"}, actor=place.seller)
    with tuidan.transaction() as session:
        withdraw(session, tuidan.engine, cases[1], place.buyer, tuidan.clock.now())
    run_due_work(tuidan.engine)
