"""A case that people play on the composed product: real engine, diagrams, tables and database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from engine.actors import Actor
from engine.clock import FixedClock
from engine.tables import Incident, ProcessInstance
from processes.cases.commands import RequestCancellation, request_cancellation
from processes.cases.queries import CaseView, case_view
from processes.catalog.tables import StockItem
from processes.money.ledger.tables import LedgerPosting
from processes.notifications.tables import Notification
from processes.orders.tables import FulfilmentHold, Order, Payment
from processes.shipping.shipments import record_shipment
from processes.shipping.tables import Shipment
from processes.shipping.tracking import CarrierReport, record_tracking_event
from tests.marketplace import Marketplace, marketplace
from webapp.bootstrap import Tuidan

OPERATOR = Actor(id="ops", name="运维", groups=frozenset({"operator"}))
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


class Play:
    """A case that people play on the composed product."""

    def __init__(self, tuidan: Tuidan, clock: FixedClock, work: Callable[[], int]) -> None:
        self.tuidan, self.clock, self._work = tuidan, clock, work
        self.market: Marketplace
        with tuidan.transaction() as session:
            self.market = marketplace(session)
            self.market.now = clock.now()

    @property
    def buyer(self) -> Actor:
        return self.market.buyer

    @property
    def seller(self) -> Actor:
        return self.market.seller

    def order(self, *, shipped: bool = False, delivered: bool = False, **options: Any) -> str:
        with self.tuidan.transaction() as session:
            self.market.session = session
            self.market.now = self.clock.now()
            order = self.market.order(**({"lines": [(5000, 2)]} | options))
            order_no = order.order_no
        if shipped or delivered:
            self.ship(order_no)
        if delivered:
            with self.tuidan.transaction() as session:
                shipment_no = session.scalars(
                    sa.select(Shipment.shipment_no).join(Order).where(Order.order_no == order_no)
                ).one()
                record_tracking_event(
                    session,
                    self.tuidan.engine,
                    shipment_no=shipment_no,
                    report=CarrierReport(event_id="1", event="delivered", at=self.clock.now()),
                    actor=self.seller,
                    now=self.clock.now(),
                )
        # Beyond the time in which a fresh order is cancelled without asking anybody.
        self.clock.advance(HOUR)
        return order_no

    def ship(self, order_no: str) -> None:
        with self.tuidan.transaction() as session:
            record_shipment(
                session,
                self.tuidan.engine,
                order=session.scalars(sa.select(Order).where(Order.order_no == order_no)).one(),
                carrier="顺丰",
                tracking_no=f"SF-{order_no}",
                shipped_at=self.clock.now(),
                actor=self.seller,
                now=self.clock.now(),
            )

    def ask(self, order_no: str, reason: str = "B_MIND", quantity: int = 2, **options: Any) -> str:
        with self.tuidan.transaction() as session:
            order = session.scalars(sa.select(Order).where(Order.order_no == order_no)).one()
            case = request_cancellation(
                session,
                self.tuidan.engine,
                RequestCancellation(
                    order_no=order_no, lines=((order.lines[0].id, quantity),), reason=reason, **options
                ),
                self.buyer,
                self.clock.now(),
            )
        self.work()
        return case.case_no

    def work(self) -> None:
        self._work()

    def wait(self, *times: dt.timedelta) -> None:
        for time in times:
            self.clock.advance(time)
            self.work()

    def do(self, case_no: str, actor: Actor, **values: Any) -> None:
        with self.tuidan.transaction() as session:
            (task,) = case_view(session, case_no, actor).my_tasks
            self.tuidan.engine.complete_task(session, task.id, values=values, actor=actor)
        self.work()

    def view(self, case_no: str) -> CaseView:
        with self.tuidan.transaction() as session:
            view = case_view(session, case_no, self.buyer)
            if view.refund:
                assert view.refund.parts is not None
            return view

    def ended(self, case_no: str, outcome: str, refunded: int) -> CaseView:
        """The case has ended so, that much was paid back, and nothing is left running or held."""
        view = self.view(case_no)
        assert (view.case.outcome, view.tasks, view.deadlines) == (outcome, [], [])
        with self.tuidan.transaction() as session:
            incidents = session.scalars(
                sa.select(Incident.message).where(Incident.resolved_at.is_(None))
            ).all()
            assert incidents == []
            statuses = session.scalars(
                sa.select(ProcessInstance.status).where(ProcessInstance.business_key == case_no)
            ).all()
            assert set(statuses) == {"completed"}
            moved = session.scalars(
                sa.select(sa.func.coalesce(sa.func.sum(LedgerPosting.amount), 0)).where(
                    LedgerPosting.amount > 0
                )
            ).one()
            assert moved == refunded
            payment = session.scalars(sa.select(Payment)).first()
            if payment:
                assert (payment.refunded_pending, payment.refunded_succeeded) == (0, refunded)
            assert session.scalars(sa.select(FulfilmentHold)).all() == []
        return view

    def stock(self) -> tuple[int, int, int, int]:
        with self.tuidan.transaction() as session:
            item = session.scalars(sa.select(StockItem)).one()
            return item.on_hand, item.reserved, item.quarantine, item.inspect

    def told(self) -> list[str]:
        with self.tuidan.transaction() as session:
            return list(session.scalars(sa.select(Notification.template).distinct()))
