"""The books of liability: what pages cost with ten thousand postings, and with a million."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from processes.liability.balances import balances
from processes.liability.checking import keep_check, last_check
from processes.liability.closing import close_days
from processes.liability.months import month_of
from processes.liability.statements import statement
from tests.benchmarks.market import product
from tests.benchmarks.measuring import Ground, Report
from webapp.bootstrap import Tuidan

SIZES = (10_000, 1_000_000)
ROUNDS = 15
SHOPS = 500

# Entries of four postings over four hundred days: a shop's, a carrier's, and twice the platform's.
_ENTRIES = sa.text("""
    INSERT INTO liability_entry (id, case_no, number, cause, currency, facts, at)
    SELECT md5('entry' || n)::uuid, 'C' || n, 1, 'settled', 'CNY', '{}',
           now() - interval '400 days' * (n::float / :entries)
    FROM generate_series(1, :entries) n
""")
_POSTINGS = sa.text("""
    INSERT INTO liability_posting (entry_id, position, account, component, currency, amount, at)
    SELECT e.id, p.position, CASE p.position
               WHEN 1 THEN 'shop:' || md5('shop' || n % :shops)::uuid
               WHEN 2 THEN 'carrier:' || n % 20
               ELSE 'platform' END,
           'goods', 'CNY', CASE WHEN p.position % 2 = 0 THEN 100 + n % 900 ELSE -100 - n % 900 END, e.at
    FROM generate_series(1, :entries) n
    JOIN liability_entry e ON e.id = md5('entry' || n)::uuid
    CROSS JOIN generate_series(1, 4) p (position)
""")


def measure(ground: Ground, report: Report) -> None:
    """Milliseconds of each read, and how much longer it takes with a hundred times as many postings."""
    report.title("The books of liability, 10,000 postings against 1,000,000")
    taken: dict[str, list[float]] = {}
    for size in SIZES:
        tuidan = product(ground.database())
        _fill(tuidan, size)
        began = time.perf_counter()
        days = close_days(tuidan.transaction, tuidan.clock.now())
        report.add(f"closing {days} days of {size:,} postings, once", f"{time.perf_counter() - began:.1f} s")
        with tuidan.transaction() as session:
            began = time.perf_counter()
            keep_check(session, tuidan.clock.now())
        report.add(f"checking {size:,} postings, once a day", f"{time.perf_counter() - began:.1f} s")
        for name, read in _reads(tuidan).items():
            taken.setdefault(name, []).append(_median(tuidan, read))
        tuidan.close()
    for name, (small, large) in taken.items():
        report.add(
            name, f"{large:.1f} ms", f"{large / small:.1f} times that of {SIZES[0]:,} ({small:.1f} ms)"
        )


def _reads(tuidan: Tuidan) -> dict[str, Callable[[Session], object]]:
    now = tuidan.clock.now()
    month = month_of(now).preceding
    with tuidan.transaction() as session:
        shop = balances(session, "shop").rows[0].account
        half = statement(session, "platform", "CNY", month)
    return {
        "what the last check found": last_check,
        "accounts of shops with what they stand at": lambda session: balances(session, "shop"),
        "a shop's statement": lambda session: statement(session, shop, "CNY", month_of(now)),
        "the platform's statement, which has half of all": lambda session: statement(
            session, "platform", "CNY", month
        ),
        "its next page": lambda session: statement(session, "platform", "CNY", month, after=half.next),
    }


def _fill(tuidan: Tuidan, size: int) -> None:
    with tuidan.transaction() as session:
        # What the entries are about needn't exist.
        session.execute(sa.text("SET LOCAL session_replication_role = replica"))
        session.execute(_ENTRIES, {"entries": size // 4})
        session.execute(_POSTINGS, {"entries": size // 4, "shops": SHOPS})
    with tuidan.database.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(sa.text("VACUUM ANALYZE"))


def _median(tuidan: Tuidan, read: Callable[[Session], object]) -> float:
    samples = []
    for _ in range(ROUNDS):
        with tuidan.transaction() as session:
            began = time.perf_counter()
            read(session)
            samples.append((time.perf_counter() - began) * 1_000)
    return statistics.median(samples)
