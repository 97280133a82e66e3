"""A provider tells of refunds: what waits is woken, what was settled is asked for again."""

from __future__ import annotations

import dataclasses
import datetime as dt
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from engine import SYSTEM
from engine.clock import FixedClock
from engine.incidents import retry_incident
from engine.tables import Incident, ProcessInstance
from processes.cases.commands import RequestCancellation, request_cancellation
from processes.cases.tables import CancellationCase, CaseEvent
from processes.liability.tables import LiabilityEntry
from processes.money.tables import GatewayNotice, Refund
from processes.notifications.tables import Notification
from processes.orders.tables import OrderLine, Payment
from tests.jobs import run_due_work
from tests.marketplace import marketplace
from tests.standins.notifying import Notifier, listening
from tests.standins.proxy import FaultProxy
from tests.standins.wechat import WechatStandin
from webapp.app import create_app
from webapp.bootstrap import Tuidan, build
from webapp.settings_providers import WECHATPAY, Providers

MINUTE = dt.timedelta(minutes=1)


@dataclass
class Shop:
    """The product with WeChat Pay behind it, and a refund that WeChat Pay has not finished."""

    tuidan: Tuidan
    standin: WechatStandin
    clock: FixedClock
    client: FlaskClient
    case_no: str = ""

    def ask(self) -> None:
        """Ask to cancel an order that was just paid: it is agreed at once."""
        self.standin.next_status.append("PROCESSING")
        with self.tuidan.transaction() as session:
            market = marketplace(session)
            market.now = self.clock.now()
            order = market.order([(5000, 2)], paid=False)
            order.payments.append(
                Payment(
                    payment_no="P1",
                    tender="wechat",
                    reference=self.standin.pay(order.total),
                    captured=order.total,
                    captured_at=market.now,
                )
            )
            order.state, order.paid_at = "paid", market.now
            session.flush()
            request = RequestCancellation(
                order_no=order.order_no,
                lines=tuple((line.id, line.quantity) for line in order.lines),
                reason="B_MIND",
            )
            self.case_no = request_cancellation(
                session, self.tuidan.engine, request, market.buyer, market.now
            ).case_no
        self.work()
        assert self.standing() == ("refunding", "pending", (10_000, 0, 0))

    def work(self) -> None:
        run_due_work(self.tuidan.engine)

    def becomes(self, status: str) -> None:
        """What WeChat Pay knows of the refund from now on."""
        (refund,) = self.standin.refunds.values()
        refund["status"] = status

    def tell(self, *, status: str = "", at: float | None = None, forged: bool = False) -> int:
        """WeChat Pay sends what it knows, or something else."""
        (number,) = self.standin.refunds
        headers, body = self.standin.notification(number, status=status, at=at)
        return self.send(headers, body.replace(b"REFUND", b"REFUNDS") if forged else body)

    def send(self, headers: dict[str, str], body: bytes) -> int:
        return self.client.post("/api/webhooks/wechatpay", data=body, headers=headers).status_code

    def standing(self) -> tuple[str, str, tuple[int, int, int]]:
        """The status of the case and of its refund; pending, given back, and that of the line."""
        with self.tuidan.transaction() as session:
            payment = session.scalars(sa.select(Payment)).one()
            return (
                session.get_one(CancellationCase, self.case_no).status,
                session.scalars(sa.select(Refund.status)).one(),
                (
                    payment.refunded_pending,
                    payment.refunded_succeeded,
                    session.scalars(sa.select(OrderLine.refunded)).one(),
                ),
            )

    def count(self, table: type, *conditions: sa.ColumnElement[bool]) -> int:
        with self.tuidan.transaction() as session:
            return session.scalar(sa.select(sa.func.count()).select_from(table).where(*conditions)) or 0


@pytest.fixture
def shop(tuidan: Tuidan, clock: FixedClock) -> Iterator[Shop]:
    with WechatStandin().running() as standin:
        providers = Providers(
            routes={"wechat": WECHATPAY}, wechatpay=standin.merchant, wechatpay_url=standin.url
        )
        product = build(dataclasses.replace(tuidan.settings, providers=providers), clock=clock)
        yield Shop(product, standin, clock, create_app(product).test_client())
        product.close()


SETTLED = ("refunded", "succeeded", (0, 10_000, 10_000))


def test_a_notice_wakes_the_refund_that_waits(shop: Shop) -> None:
    shop.ask()
    assert shop.tell() == 200
    shop.work()
    assert shop.standing()[0] == "refunding", "still processing, as asking shows"
    shop.becomes("SUCCESS")
    headers, body = shop.standin.notification(next(iter(shop.standin.refunds)))
    assert [shop.send(headers, body) for _ in range(3)] == [200] * 3
    shop.work()
    assert shop.standing() == SETTLED
    assert shop.count(GatewayNotice) == 2


def test_notices_get_lost_come_late_twice_and_in_the_wrong_order(shop: Shop) -> None:
    shop.ask()
    (number,) = shop.standin.refunds
    with listening(shop.client.application) as url, FaultProxy(url).running() as proxy:
        provider = Notifier(f"{proxy.url}/api/webhooks/wechatpay")
        shop.standin.becomes(number, "ABNORMAL")
        shop.standin.becomes(number, "SUCCESS")
        for faults in (["hold", "drop_request"], ["broken", "drop_answer"], ["busy", "repeat"]):
            proxy.faults.extend(faults)  # type: ignore[arg-type]
            provider.add(shop.standin.news())
            provider.send()
            assert provider.waiting
            shop.work()
        assert shop.standing() == SETTLED
        # The first of all comes at last: it says that the refund has failed.
        proxy.release()
        provider.send()
        assert not provider.waiting
        shop.work()
    assert shop.standing() == SETTLED
    assert shop.count(GatewayNotice) == 2
    assert len(shop.standin.refunds) == 1


def test_an_older_notice_never_overwrites_a_newer_truth(shop: Shop) -> None:
    shop.ask()
    shop.becomes("SUCCESS")
    shop.tell()
    shop.work()
    for status in ("PROCESSING", "ABNORMAL", "CLOSED"):
        assert shop.tell(status=status) == 200
        shop.work()
        assert shop.standing() == SETTLED
    rechecks = (ProcessInstance.process_id == "refund_recheck", ProcessInstance.status == "completed")
    assert shop.count(ProcessInstance, *rechecks) == 2


def test_what_is_not_signed_or_too_old_is_refused_and_nobody_learns_what_exists(shop: Shop) -> None:
    shop.ask()
    shop.becomes("SUCCESS")
    assert shop.tell(forged=True) == 400
    for minutes in (-10, 10):
        assert shop.tell(at=time.time() + minutes * 60) == 400
    headers, body = shop.standin.notification(next(iter(shop.standin.refunds)))
    for name in ("Wechatpay-Signature", "Wechatpay-Serial", "Wechatpay-Timestamp"):
        assert shop.send({**headers, name: "0"}, body) == 400
        assert shop.send({key: value for key, value in headers.items() if key != name}, body) == 400
    assert shop.send({}, b"") == 400
    assert shop.client.post("/api/webhooks/stripe", data=body).status_code == 404
    assert shop.client.post("/api/webhooks/wechatpay", data=b"x" * 300_000).status_code == 413
    shop.standin.refunds["R20260101000009-P9"] = next(iter(shop.standin.refunds.values()))
    headers, body = shop.standin.notification("R20260101000009-P9")
    assert shop.send(headers, body) == 200
    shop.work()
    assert shop.standing()[0] == "refunding"


def test_a_refund_that_fails_after_it_had_succeeded_opens_again(shop: Shop) -> None:
    shop.ask()
    shop.becomes("SUCCESS")
    shop.tell()
    shop.work()
    assert shop.standing() == SETTLED
    assert shop.count(LiabilityEntry) == 1
    shop.becomes("ABNORMAL")
    for _ in range(2):
        assert shop.tell() == 200
    shop.work()
    assert shop.standing() == ("refunding", "failed", (10_000, 0, 0))
    assert shop.count(LiabilityEntry) == 2
    assert shop.count(CaseEvent, CaseEvent.kind == "refund_reversed") == 1
    assert shop.count(Notification, Notification.template == "refund_reopened") == 1

    shop.clock.advance(MINUTE)
    shop.work()
    with shop.tuidan.transaction() as session:
        incident = session.scalars(sa.select(Incident)).one()
        assert "ABNORMAL" in incident.message
    # The money is sent elsewhere on WeChat Pay's pages, and then the operator tries again.
    shop.becomes("SUCCESS")
    with shop.tuidan.transaction() as session:
        retry_incident(shop.tuidan.engine, session, incident.id, actor=SYSTEM)
    shop.work()
    assert shop.standing() == SETTLED
    assert shop.count(Incident, Incident.resolved_at.is_(None)) == 0
    assert len(shop.standin.refunds) == 1
    assert shop.count(LiabilityEntry) == 3
    with shop.tuidan.transaction() as session:
        case = session.get_one(CancellationCase, shop.case_no)
        assert (case.outcome, case.refunded) == ("refunded", 10_000)
