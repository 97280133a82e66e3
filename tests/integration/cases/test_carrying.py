"""What a process does to its case, by the operations that the diagrams name."""

from __future__ import annotations

import io
import itertools
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from engine.actors import SYSTEM, Actor
from engine.ids import new_id
from engine.operations import OperationContext, OperationRegistry
from processes.cases.errors import CaseNotFound, RefusalIncomplete
from processes.cases.reasons import REASONS
from processes.cases.requesting import RequestCancellation, request_cancellation
from processes.cases.tables import CancellationCase
from processes.cases.timeline import write_events
from processes.catalog.tables import StockItem
from processes.disputes.errors import ReasonsMissing
from processes.disputes.tables import Dispute, Ruling, Statement
from processes.evidence.errors import ProofMissing
from processes.evidence.inspecting import inspect
from processes.evidence.keeping import attach
from processes.fakes import FakeProcessEngine
from processes.liability.tables import Liability
from processes.notifications.inbox import mark_read, notifications, unread_count
from processes.notifications.tables import Notification
from processes.operations import cases, disputes, notifying, returns
from processes.orders.tables import FulfilmentHold, Order
from processes.people.tables import Account
from processes.returns.errors import TrackingMissing
from processes.returns.tables import Return
from processes.shipping.tables import Shipment
from tests.marketplace import NOW, Marketplace, marketplace
from tests.pictures import photo


class Bench:
    """Runs operations as an engine would, in the test's own transaction."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.market: Marketplace = marketplace(session)
        self.registry = OperationRegistry()
        for module in (cases, disputes, notifying, returns):
            module.register(self.registry)
        self.keys = itertools.count(1)

    def run(self, name: str, *, actor: Actor = SYSTEM, key: str = "", **arguments: Any) -> dict[str, Any]:
        operation = self.registry.get(name)
        assert operation is not None
        context = OperationContext(
            now=NOW,
            actor=actor,
            instance_id=new_id(),
            business_key=str(arguments.get("case_id", "")),
            element_id="task",
            idempotency_key=key or f"key-{next(self.keys)}",
            step_session=self.session,
        )
        result = operation(context, arguments)
        self.session.flush()
        return result

    def case(self, order: Order, reason: str = "B_MIND", text: str = "") -> CancellationCase:
        return request_cancellation(
            self.session,
            FakeProcessEngine(),
            RequestCancellation(
                order_no=order.order_no,
                lines=tuple((line.id, line.quantity) for line in order.lines),
                reason=reason,
                photo_count=REASONS[reason].photos,
                text=text,
            ),
            self.market.buyer,
            NOW,
        )

    def stock(self, order: Order) -> tuple[int, int, int, int]:
        item = self.session.get_one(StockItem, order.lines[0].variant_id)
        return item.on_hand, item.reserved, item.quarantine, item.inspect


@pytest.fixture
def bench(session: Session) -> Bench:
    return Bench(session)


def kinds(case: CancellationCase, session: Session) -> list[str]:
    write_events(session)
    session.expire(case, ["events"])
    return [event.kind for event in case.events]


def test_goods_are_held_cancelled_and_put_back_once(bench: Bench) -> None:
    order = bench.market.order([(500, 3)])
    case = bench.case(order)
    for _ in range(2):
        held = bench.run("case.place_hold", case_id=case.case_no)
        assert held == {"held": True, "order_state": "paid"}
    assert order.lines[0].quantity_held == 3
    for _ in range(2):
        result = bench.run("case.cancel_lines", case_id=case.case_no)
        assert result == {"order_state": "cancelled"}
        bench.run("case.restock", case_id=case.case_no, treatment="back")
    assert (order.lines[0].quantity_cancelled, order.lines[0].quantity_held) == (3, 0)
    assert bench.stock(order) == (100, 0, 0, 0)
    for outcome in ("refunded", "withdrawn"):
        bench.run("case.close", case_id=case.case_no, outcome=outcome)
    assert (case.status, case.outcome, case.closed_at) == ("refunded", "refunded", NOW)
    assert kinds(case, bench.session) == [
        "requested",
        "held",
        "hold_released",
        "lines_cancelled",
        "restocked",
        "closed",
    ]


def test_goods_that_left_are_not_held(bench: Bench) -> None:
    order = bench.market.order([(500, 1)])
    case = bench.case(order)
    bench.market.ship(order)
    assert bench.run("case.place_hold", case_id=case.case_no) == {"held": False, "order_state": "shipped"}
    assert not case.held


def test_a_hold_ends_with_its_case(bench: Bench) -> None:
    order = bench.market.order([(500, 1)])
    case = bench.case(order)
    bench.run("case.place_hold", case_id=case.case_no)
    bench.run("case.close", case_id=case.case_no, outcome="withdrawn")
    assert bench.session.scalars(sa.select(FulfilmentHold)).all() == []
    assert case.status == "withdrawn"
    assert bench.case(order).case_no != case.case_no


def test_a_decision_is_recorded_with_who_and_why(bench: Bench) -> None:
    case = bench.case(bench.market.order())
    arguments: dict[str, Any] = {"case_id": case.case_no, "decision": "refuse", "how": "seller"}
    with pytest.raises(RefusalIncomplete):
        bench.run("case.record_decision", **arguments)
    with pytest.raises(RefusalIncomplete):
        bench.run("case.record_decision", refusal_code="NO_SUCH", explanation="x", **arguments)
    for _ in range(2):
        bench.run(
            "case.record_decision",
            actor=bench.market.seller,
            refusal_code="CUSTOM_MADE",
            explanation=" 定制商品,已开始制作 ",
            **arguments,
        )
    assert (case.decision, case.decided_how, case.refusal_code) == ("refuse", "seller", "CUSTOM_MADE")
    assert (case.decided_by_name, case.explanation) == ("李掌柜", "定制商品,已开始制作")
    bench.run("case.record_decision", case_id=case.case_no, decision="agree", how="ruling", basis="第 3 条")
    assert (case.decision, case.refusal_code, case.decision_basis) == ("agree", None, "第 3 条")
    assert kinds(case, bench.session).count("decision_recorded") == 2


def test_marks_move_a_case_until_it_is_closed(bench: Bench) -> None:
    case = bench.case(bench.market.order())
    bench.run("case.mark", case_id=case.case_no, status="awaiting_seller")
    bench.run("case.mark", case_id=case.case_no, status="awaiting_seller")
    bench.run("case.close", case_id=case.case_no, outcome="refusal_stood")
    bench.run("case.mark", case_id=case.case_no, status="refunding")
    assert case.status == "closed"
    assert kinds(case, bench.session) == ["requested", "status_changed", "closed"]
    with pytest.raises(ValueError, match="nonsense"):
        bench.run("case.mark", case_id=case.case_no, status="nonsense")
    with pytest.raises(CaseNotFound):
        bench.run("case.mark", case_id="C0", status="open")


def test_a_dispute_hears_both_sides_and_is_ruled_on(bench: Bench) -> None:
    case = bench.case(bench.market.order())
    bench.run("case.mark", case_id=case.case_no, status="in_dispute")
    for side, text in (("buyer", "商家不退款"), ("seller", ""), ("seller", None)):
        bench.run("case.record_statement", case_id=case.case_no, side=side, text=text)
    for _ in range(2):
        bench.run("case.record_statement", key="same", case_id=case.case_no, side="seller", text="已经发货")
    with pytest.raises(ReasonsMissing):
        bench.run("case.record_ruling", case_id=case.case_no, ruling="buyer", reasons=" ")
    bench.run(
        "case.record_ruling",
        actor=bench.market.agent,
        case_id=case.case_no,
        ruling="buyer",
        reasons="凭证充分",
        freight_payer="seller",
    )
    dispute = bench.session.scalars(sa.select(Dispute)).one()
    assert {(s.side, s.text) for s in dispute.statements} == {("buyer", "商家不退款"), ("seller", "已经发货")}
    ruling = dispute.rulings[0]
    assert (ruling.ruling, ruling.freight_payer, ruling.ruled_by_name) == ("buyer", "seller", "客服小陈")


@pytest.mark.parametrize("table", [Statement.__tablename__, Ruling.__tablename__, "case_event", "liability"])
def test_what_was_said_stays(bench: Bench, table: str) -> None:
    with pytest.raises(DBAPIError, match="append-only"):
        bench.session.execute(sa.text(f"DELETE FROM {table}"))  # noqa: S608


def test_liability_is_appended_once_for_an_occasion(bench: Bench) -> None:
    case = bench.case(bench.market.order())
    for key in ("a", "a", "b"):
        bench.run("liability.record", key=key, case_id=case.case_no, fault="seller", freight_payer="seller")
    assert len(bench.session.scalars(sa.select(Liability)).all()) == 2


def test_a_return_is_opened_sent_accepted_and_put_into_stock(bench: Bench) -> None:
    order = bench.market.order([(500, 2)])
    bench.market.ship(order)
    case = bench.case(order, "Q_DEFECT", "坏了")
    for _ in range(2):
        opened = bench.run("return.open", case_id=case.case_no)
        assert opened["address"]["address"] == "杭州"
    with pytest.raises(TrackingMissing):
        bench.run("return.record_shipment", case_id=case.case_no, carrier="圆通", tracking_no=" ")
    for _ in range(2):
        bench.run("return.record_shipment", case_id=case.case_no, carrier="圆通", tracking_no="YT1")
        parcels = bench.session.scalars(sa.select(Shipment).where(Shipment.case_no == case.case_no)).all()
        assert [parcel.direction for parcel in parcels] == ["return"]
    for _ in range(2):
        bench.run("return.record_receipt", case_id=case.case_no, accepted=True)
    bench.run("case.cancel_lines", case_id=case.case_no)
    bench.run("case.restock", case_id=case.case_no, treatment="quarantine")
    line = order.lines[0]
    assert (line.quantity_returned, line.quantity_cancelled, line.quantity_cancelled_unshipped) == (2, 2, 0)
    assert bench.stock(order) == (98, 0, 2, 0)
    assert kinds(case, bench.session)[1:4] == ["return_opened", "return_sent", "return_inspected"]


def test_a_return_that_nobody_inspected_counts_as_come_back(bench: Bench) -> None:
    order = bench.market.order([(500, 2)])
    bench.market.ship(order)
    case = bench.case(order, "Q_EXPECT")
    bench.run("return.open", case_id=case.case_no)
    bench.run("return.record_shipment", case_id=case.case_no, carrier="圆通", tracking_no="YT1")
    bench.run("case.restock", case_id=case.case_no, treatment="inspect")
    assert order.lines[0].quantity_returned == 2
    assert bench.stock(order) == (98, 0, 0, 2)


def test_a_rejected_return_leaves_the_stock_alone(bench: Bench) -> None:
    order = bench.market.order([(500, 2)])
    bench.market.ship(order)
    case = bench.case(order, "Q_EXPECT")
    bench.run("return.open", case_id=case.case_no)
    bench.run("return.record_shipment", case_id=case.case_no, carrier="圆通", tracking_no="YT1")
    with pytest.raises(ProofMissing):
        bench.run(
            "return.record_receipt",
            case_id=case.case_no,
            accepted=False,
            refusal_code="RETURN_WRONG_ITEM",
            explanation="退回的是别的商品",
        )
    proof = [inspect("proof.jpg", io.BytesIO(photo()))]
    attach(bench.session, case, proof, occasion="test", actor=bench.market.seller, now=bench.market.now)
    bench.run(
        "return.record_receipt",
        case_id=case.case_no,
        accepted=False,
        refusal_code="RETURN_WRONG_ITEM",
        explanation="退回的是别的商品",
    )
    returned = bench.session.scalars(sa.select(Return)).one()
    assert (returned.accepted, returned.refusal_code) == (False, "RETURN_WRONG_ITEM")
    assert order.lines[0].quantity_returned == 0


def test_lost_goods_are_cancelled_without_coming_back(bench: Bench) -> None:
    order = bench.market.order([(500, 2)])
    bench.market.ship(order)
    case = bench.case(order, "L_LOST")
    bench.run("case.cancel_lines", case_id=case.case_no)
    bench.run("case.restock", case_id=case.case_no, treatment="none")
    assert order.state == "cancelled"
    assert bench.stock(order) == (98, 0, 0, 0)


def test_people_are_told_once_each(bench: Bench) -> None:
    case = bench.case(bench.market.order())
    for key, to in (("1", "buyer"), ("1", "buyer"), ("2", "seller"), ("3", "seller"), ("4", "platform")):
        bench.run("notify.send", key=key, case_id=case.case_no, to=to, template="seller_reminder")
    told = bench.session.execute(
        sa.select(Account.login, sa.func.count().label("times")).join(Notification).group_by(Account.login)
    )
    assert {row.login: row.times for row in told} == {"buyer1": 1, "seller1": 2, "agent1": 1}
    seller = bench.session.scalars(sa.select(Account).where(Account.login == "seller1")).one()
    first, second = notifications(bench.session, seller.id).rows
    assert first.params["case_no"] == case.case_no
    assert first.link == f"case:{case.case_no}"
    assert unread_count(bench.session, seller.id) == 2
    mark_read(bench.session, seller.id, NOW, [second.id])
    assert unread_count(bench.session, seller.id) == 1
    mark_read(bench.session, seller.id, NOW)
    assert unread_count(bench.session, seller.id) == 0


@pytest.mark.parametrize(("to", "template"), [("nobody", "closed"), ("buyer", "nonsense")])
def test_a_diagram_that_names_nobody_is_wrong(bench: Bench, to: str, template: str) -> None:
    case = bench.case(bench.market.order())
    with pytest.raises(ValueError, match="nobody can be told"):
        bench.run("notify.send", case_id=case.case_no, to=to, template=template)
