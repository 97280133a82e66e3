"""Cases by the million: one that waits and one that was settled, copied by the database itself.

All that hangs on them is copied along: orders, payments, refunds, stock movements, both books, history,
decisions, timelines, messages, notifications with their letters, incidents, ratings. So the rows have true
shapes, every index its size, and ids grow with time as the product's do. Copy ``n`` happened
``n * APART`` ago: a million cases are a year.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine import tables
from engine.database import Base
from engine.ids import new_id
from processes.automation.tables import WhatIf
from processes.cases.tables import CancellationCase, CaseEvent, CaseLine
from processes.conversation.tables import CaseMessage, Conversation
from processes.liability.closing import close_days, forget_closings
from processes.liability.tables import Liability, LiabilityEntry, LiabilityPosting
from processes.money.ledger.tables import GatewayRefund, LedgerEntry, LedgerPosting
from processes.money.tables import Refund, RefundAttempt, RefundLine, RefundPart
from processes.notifications.tables import EmailDelivery, Notification
from processes.orders.tables import FulfilmentHold, Order, OrderLine, Payment
from processes.ratings.tables import CaseRating
from processes.record.counting import rebuild
from webapp.bootstrap import Tuidan

OPEN_SHARE = 10
"""One of so many copies is open and waits for the seller."""
APART = dt.timedelta(seconds=30)
PART = 50_000
RARE = "定制羊绒大衣"

# Each copy has an id of its own, the same wherever it is referred to.
_IDS = frozenset(
    {"id", "instance_id", "order_id", "order_line_id", "line_id", "task_id"}
    | {"payment_id", "part_id", "entry_id", "notification_id"}
)
_NUMBERS = frozenset(
    {"order_no", "case_no", "business_key", "idempotency_key", "payment_no", "refund_no"}
    | {"key", "dedup_key", "link", "reference"}
)


class Shapes:
    """The two cases, and how many copies of them there are."""

    def __init__(self, tuidan: Tuidan, *, waiting: str, settled: str) -> None:
        self._tuidan = tuidan
        self.waiting, self.settled = waiting, settled
        self._made = 2
        with tuidan.transaction() as session:
            found = session.get_one(CancellationCase, waiting)
            self.instance_id = found.instance_id
            self.case_order, self.shop_id = found.order_no, found.shop_id
            titles = sa.update(CancellationCase).where(CancellationCase.case_no == waiting)
            session.execute(titles.values(search_text=CancellationCase.search_text + " 王芳 纯棉衬衫"))
            _more_rows(session, waiting=found, settled=session.get_one(CancellationCase, settled))
            self.what_if_id = _what_if(session, tuidan.clock.now())

    def grow(self, size: int) -> None:
        """Copy until there are so many cases, and let the workers' sums follow."""
        indexes = self._drop_indexes()
        while self._made < size:
            first, last = self._made + 1, min(self._made + PART, size)
            waiting = first + (last - first + 1) // OPEN_SHARE
            with self._tuidan.transaction() as session:
                # What refers to what is copied along with it: nothing has to be looked up again.
                session.execute(sa.text("SET LOCAL session_replication_role = replica"))
                session.execute(sa.text("SET LOCAL synchronous_commit = off"))
                _copy(session, self.waiting, first, waiting)
                _copy(session, self.settled, waiting + 1, last)
            self._made = last
        self._create_indexes(indexes)
        with self._tuidan.transaction() as session:
            # A few of many are what somebody searches for.
            rare = sa.select(CancellationCase.case_no).where(CancellationCase.closed_at.is_(None)).limit(5)
            session.execute(
                sa.update(CancellationCase)
                .where(CancellationCase.case_no.in_(rare))
                .values(search_text=CancellationCase.search_text + f" {RARE}")
            )
            session.execute(
                sa.update(Order)
                .where(
                    Order.id.in_(
                        sa.select(CancellationCase.order_id).where(CancellationCase.case_no.in_(rare))
                    )
                )
                .values(search_text=Order.search_text + f" {RARE}")
            )
            session.execute(
                sa.update(OrderLine)
                .where(
                    OrderLine.order_id.in_(
                        sa.select(CancellationCase.order_id).where(CancellationCase.case_no.in_(rare))
                    )
                )
                .values(title=RARE)
            )
            session.execute(_CHANGES, {"run": self.what_if_id, "size": size})
            forget_closings(session)
        now = self._tuidan.clock.now()
        close_days(self._tuidan.transaction, now)
        rebuild(self._tuidan.transaction, now)
        self._outside("VACUUM ANALYZE")

    def _drop_indexes(self) -> list[str]:
        """Indexes are made anew afterwards: sorted at once instead of one row at a time."""
        with self._tuidan.transaction() as session:
            found = session.execute(_SECONDARY, {"names": [m.__tablename__ for m in _COPIED]}).all()
            for name, _ in found:
                session.execute(sa.text(f'DROP INDEX "{name}"'))
        return [definition for _, definition in found]

    def _create_indexes(self, definitions: Sequence[str]) -> None:
        for definition in definitions:
            self._outside("SET maintenance_work_mem = '512MB'", definition)

    def _outside(self, *statements: str) -> None:
        """Outside of a transaction."""
        engine = self._tuidan.database.execution_options(isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
            connection.exec_driver_sql("RESET ALL")


_SECONDARY = sa.text("""
    SELECT c.relname, pg_get_indexdef(i.indexrelid)
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
    WHERE t.relname = ANY(:names) AND NOT i.indisunique
""")

_CHANGES = sa.text("""
    INSERT INTO what_if_change
        (what_if_id, record_id, business_key, shop_id, reason, currency, amount, before, after, digest)
    SELECT :run, r.id, r.business_key, c.shop_id, c.reason, c.currency, c.amount, r.outputs, r.outputs,
           r.digest
    FROM (SELECT DISTINCT ON (business_key) * FROM decision_record ORDER BY business_key, id) r
    JOIN cancellation_case c ON c.case_no = r.business_key
    LIMIT :size ON CONFLICT DO NOTHING
""").bindparams(sa.bindparam("run", type_=sa.Uuid()))


def _what_if(session: Session, now: dt.datetime) -> uuid.UUID:
    """A what-if run that was answered otherwise for every case."""
    run = WhatIf(
        id=new_id(),
        decision_id="time_limits",
        file_name="time_limits.dmn",
        text="",
        asked_at=now,
        asked_by="",
        asked_name="",
        since=now,
        status="done",
        last_id=0,
        ended_at=now,
    )
    session.add(run)
    session.flush()
    return run.id


def _more_rows(session: Session, *, waiting: CancellationCase, settled: CancellationCase) -> None:
    """What doesn't come to every case by itself: incidents, a rating, letters."""
    for case in (waiting, settled):
        ended = case.closed_at
        session.add(
            tables.Incident(
                id=new_id(),
                key=f"service:{case.case_no}",
                instance_id=case.instance_id,
                business_key=case.case_no,
                process_id="refund",
                element_id="task_execute_refund",
                element_name="执行退款",
                kind="step",
                message="the gateway has not answered in time",
                detail="Traceback (most recent call last):\n" + '  File "x.py", line 1, in call\n' * 12,
                command={
                    "do": "fire_timer",
                    "instance_id": str(case.instance_id),
                    "element_instance": 7,
                },
                occurred_at=case.opened_at,
                last_at=case.opened_at,
                count=3,
                resolved_at=ended,
                resolved_by="ops1" if ended else None,
            )
        )
        for told in session.scalars(
            sa.select(Notification).where(Notification.link == f"case:{case.case_no}")
        ):
            session.add(
                EmailDelivery(
                    kind="notification",
                    account_id=told.account_id,
                    notification_id=told.id,
                    address="somebody@example.com",
                    status="sent" if ended else "failed",
                    attempts=1,
                    next_at=told.created_at,
                    created_at=told.created_at,
                    sent_at=told.created_at if ended else None,
                )
            )
    session.add(
        CaseRating(
            case_no=settled.case_no,
            shop_id=settled.shop_id,
            buyer_id=settled.buyer_id,
            stars=4,
            text="处理得很快",
            rated_at=settled.closed_at,
        )
    )
    session.flush()


def _conditions(session: Session, case: CancellationCase) -> list[tuple[type[Base], Any]]:
    """Each table, and which of its rows belong to the case."""
    refunds = sa.select(Refund.refund_no).where(Refund.case_no == case.case_no)
    parts = sa.select(RefundPart.id).where(RefundPart.refund_no.in_(refunds))
    entries = sa.select(LiabilityEntry.id).where(LiabilityEntry.case_no == case.case_no)
    booked = sa.select(GatewayRefund.entry_id).where(GatewayRefund.refund_no.in_(refunds))
    told = sa.select(Notification.id).where(Notification.link == f"case:{case.case_no}")
    return [
        (Order, Order.id == case.order_id),
        (OrderLine, OrderLine.order_id == case.order_id),
        (Payment, Payment.order_id == case.order_id),
        (FulfilmentHold, FulfilmentHold.case_no == case.case_no),
        *(
            (model, model.instance_id == case.instance_id)
            for model in (tables.Execution, tables.Timer, tables.MessageSubscription, tables.UserTask)
        ),
        (tables.ProcessInstance, tables.ProcessInstance.id == case.instance_id),
        (tables.HistoryEvent, tables.HistoryEvent.instance_id == case.instance_id),
        (tables.DecisionRecord, tables.DecisionRecord.instance_id == case.instance_id),
        (tables.Incident, tables.Incident.instance_id == case.instance_id),
        (CancellationCase, CancellationCase.case_no == case.case_no),
        *(
            (model, model.case_no == case.case_no)
            for model in (CaseLine, CaseEvent, CaseRating, Conversation, CaseMessage)
        ),
        (Notification, Notification.id.in_(told)),
        (EmailDelivery, EmailDelivery.notification_id.in_(told)),
        *((model, model.refund_no.in_(refunds)) for model in (Refund, RefundLine, RefundPart, GatewayRefund)),
        (RefundAttempt, RefundAttempt.part_id.in_(parts)),
        (LedgerEntry, LedgerEntry.id.in_(booked)),
        (LedgerPosting, LedgerPosting.entry_id.in_(booked)),
        (Liability, Liability.case_no == case.case_no),
        (LiabilityEntry, LiabilityEntry.case_no == case.case_no),
        (LiabilityPosting, LiabilityPosting.entry_id.in_(entries)),
    ]


_COPIED: list[type[Base]] = [
    Order,
    OrderLine,
    Payment,
    FulfilmentHold,
    tables.Execution,
    tables.Timer,
    tables.MessageSubscription,
    tables.UserTask,
    tables.ProcessInstance,
    tables.HistoryEvent,
    tables.DecisionRecord,
    tables.Incident,
    CancellationCase,
    CaseLine,
    CaseEvent,
    CaseRating,
    Conversation,
    CaseMessage,
    Notification,
    EmailDelivery,
    Refund,
    RefundLine,
    RefundPart,
    GatewayRefund,
    RefundAttempt,
    LedgerEntry,
    LedgerPosting,
    Liability,
    LiabilityEntry,
    LiabilityPosting,
]


def _copy(session: Session, case_no: str, first: int, last: int) -> None:
    case = session.get_one(CancellationCase, case_no)
    series = sa.func.generate_series(first, last).table_valued("n").render_derived()
    for model, condition in _conditions(session, case):
        table = model.__table__
        copied = {c.name: _value(c, series.c.n, model) for c in table.columns if c.identity is None}
        source = sa.select(*copied.values()).select_from(sa.join(table, series, sa.true()))
        copies = source.where(condition).order_by(series.c.n)
        session.execute(sa.insert(table).from_select(list(copied), copies))  # type: ignore[arg-type]


def _value(column: Any, n: Any, model: type[Base]) -> Any:
    if column.name in _IDS and isinstance(column.type, sa.Uuid):
        digits = sa.func.lpad(sa.func.to_hex(n), 12, "0", type_=sa.Text)
        rest = sa.func.substr(sa.func.md5(sa.cast(column, sa.Text)), 1, 20, type_=sa.Text)
        return sa.cast(digits + rest, sa.Uuid)
    if column.name in _NUMBERS:
        return column + "-" + sa.cast(n, sa.Text)
    if column.name == "search_text":
        return column + " " + sa.cast(n, sa.Text)
    if isinstance(column.type, sa.DateTime) and model is not tables.Timer:
        # Timers stay in the future: nothing of this runs.
        return column - n * sa.literal(APART, sa.Interval)
    return column
