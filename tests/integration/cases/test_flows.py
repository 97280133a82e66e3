"""Whole cases on the real engine, diagrams and tables: the money, the stock and the words at the end."""

from __future__ import annotations

import datetime as dt
import functools
import uuid
from typing import Any

import pytest
import sqlalchemy as sa

from engine.failures import TaskEnded
from engine.incidents import retry_incident
from engine.tables import Incident, Timer, UserTask
from processes.cases.commands import reopen, withdraw
from processes.cases.errors import CaseNotWithdrawable
from processes.money.ledger.faults import set_fault
from processes.orders.tables import Payment
from tests.integration.cases.play import DAY, HOUR, OPERATOR, Play
from tests.racing import race, rounds


def test_the_seller_agrees_and_the_refund_settles_by_itself(play: Play) -> None:
    case_no = play.ask(play.order(freight=800))
    view = play.view(case_no)
    assert (view.case.status, view.case.held, view.can_withdraw) == ("awaiting_seller", True, True)
    assert view.tasks[0].due_at == play.clock.now() + 48 * HOUR
    assert view.deadlines[-1].task_id == view.tasks[0].id
    play.do(case_no, play.seller, decision="agree")
    ended = play.ended(case_no, "refunded", 10_800)
    assert (ended.case.decided_how, ended.case.decided_by_name) == ("seller", "李掌柜")
    assert ended.order.state == "cancelled"
    assert ended.refund is not None
    assert (ended.refund.amount, ended.refund.status) == (10_800, "succeeded")
    assert ended.liability is not None
    assert play.stock() == (100, 0, 0, 0)
    assert {"request_received", "decided_agree", "refund_settled"} <= set(play.told())


def test_a_fresh_order_is_cancelled_without_asking(play: Play) -> None:
    order_no = play.order()
    play.clock.advance(-HOUR + dt.timedelta(minutes=5))
    ended = play.ended(play.ask(order_no), "refunded", 10_000)
    assert ended.case.decided_how == "automatic"


def test_an_unpaid_order_is_closed_without_asking(play: Play) -> None:
    case_no = play.ask(play.order(paid=False))
    ended = play.ended(case_no, "closed_unpaid", 0)
    assert ended.order.state == "cancelled"
    assert play.stock() == (100, 0, 0, 0)


def test_silence_of_the_seller_means_yes(play: Play) -> None:
    case_no = play.ask(play.order(), quantity=1)
    play.wait(25 * HOUR, 18 * HOUR, 6 * HOUR)
    ended = play.ended(case_no, "refunded", 5_000)
    assert ended.case.decided_how == "timeout"
    assert ended.order.state != "cancelled"
    assert {"seller_reminder", "timeout_agreed"} <= set(play.told())


def test_a_withdrawn_case_leaves_everything_as_it_was(play: Play) -> None:
    case_no = play.ask(play.order())
    with play.tuidan.transaction() as session:
        withdraw(session, play.tuidan.engine, case_no, play.buyer, play.clock.now())
    play.work()
    ended = play.ended(case_no, "withdrawn", 0)
    assert (ended.order.state, ended.can_withdraw) == ("paid", False)
    assert play.stock() == (100, 2, 0, 0)


def test_a_refusal_can_be_accepted(play: Play) -> None:
    case_no = play.ask(play.order())
    play.do(case_no, play.seller, decision="refuse", refusal_code="CUSTOM_MADE", explanation="已按要求定制")
    view = play.view(case_no)
    assert (view.case.status, view.case.explanation) == ("refused", "已按要求定制")
    play.do(case_no, play.buyer, answer="accept")
    play.ended(case_no, "refusal_accepted", 0)


def test_a_refusal_stands_when_the_buyer_lets_it(play: Play) -> None:
    case_no = play.ask(play.order())
    play.do(case_no, play.seller, decision="refuse", refusal_code="CUSTOM_MADE", explanation="已按要求定制")
    play.wait(8 * DAY)
    play.ended(case_no, "refusal_stood", 0)


def test_the_platform_rules_for_the_buyer(play: Play) -> None:
    case_no = play.ask(play.order())
    play.do(case_no, play.seller, decision="refuse", refusal_code="CUSTOM_MADE", explanation="已按要求定制")
    play.do(case_no, play.buyer, answer="escalate", escalation_text="并没有定制任何东西")
    for actor, text in ((play.buyer, "订单里没有定制要求"), (play.seller, "我们已经开工了")):
        play.do(case_no, actor, text=text)
    ruling = {"ruling": "buyer", "reasons": "没有定制约定", "fault": "seller", "freight_payer": "seller"}
    play.do(case_no, play.market.agent, **ruling)
    for actor in (play.buyer, play.seller):
        play.do(case_no, actor, ruling_answer_given="accept")
    ended = play.ended(case_no, "refunded", 10_000)
    assert ended.case.decided_how == "ruling"
    assert ended.dispute is not None
    assert len(ended.dispute.statements) == 3
    assert ended.dispute.rulings[0].ruled_by_name == "客服小陈"


@pytest.mark.parametrize("mode", ["timeout", "timeout_after_success", "late"])
def test_a_gateway_without_an_answer_is_asked_until_it_has_one(play: Play, mode: Any) -> None:
    with play.tuidan.transaction() as session:
        set_fault(session, mode, count=1, delay_seconds=200, now=play.clock.now())
    case_no = play.ask(play.order())
    play.do(case_no, play.seller, decision="agree")
    assert play.view(case_no).case.status == "refunding"
    minute = dt.timedelta(minutes=1)
    play.wait(minute, 5 * minute)
    play.ended(case_no, "refunded", 10_000)


def test_a_refund_that_fails_is_an_incident_that_an_operator_retries(play: Play) -> None:
    with play.tuidan.transaction() as session:
        set_fault(session, "fail", count=2, now=play.clock.now())
    case_no = play.ask(play.order())
    play.do(case_no, play.seller, decision="agree")
    play.wait(dt.timedelta(minutes=2))
    with play.tuidan.transaction() as session:
        incident = session.scalars(sa.select(Incident).where(Incident.resolved_at.is_(None))).one()
        assert "ACCOUNT_CLOSED" in incident.message
        payment = session.scalars(sa.select(Payment)).one()
        assert (payment.refunded_pending, payment.refunded_succeeded) == (10_000, 0)
    assert play.view(case_no).case.status == "refunding"
    with play.tuidan.transaction() as session:
        retry_incident(play.tuidan.engine, session, incident.id, actor=OPERATOR)
    play.work()
    ended = play.ended(case_no, "refunded", 10_000)
    assert ended.refund is not None
    assert ended.refund.parts[0].failure_code == ""


def test_faulty_goods_come_back_before_the_money_goes(play: Play) -> None:
    case_no = play.ask(play.order(delivered=True), "Q_DEFECT", text="屏幕有裂纹", photo_count=1)
    play.do(case_no, play.seller, decision="agree")
    assert play.view(case_no).goods_return is not None
    play.do(case_no, play.buyer, carrier="圆通", tracking_no="YT123")
    assert play.view(case_no).case.status == "return_in_transit"
    play.do(case_no, play.seller, inspection="accept")
    ended = play.ended(case_no, "refunded", 10_000)
    assert ended.lines[0].order_line.quantity_returned == 2
    assert play.stock() == (98, 0, 2, 0)


def test_a_lapsed_return_can_be_opened_once_more(play: Play) -> None:
    case_no = play.ask(play.order(delivered=True), "Q_DEFECT", text="屏幕有裂纹", photo_count=1)
    play.do(case_no, play.seller, decision="agree")
    play.wait(7 * DAY + HOUR)
    assert play.view(case_no).can_reopen
    with play.tuidan.transaction() as session:
        reopen(session, play.tuidan.engine, case_no, play.buyer, play.clock.now())
    play.do(case_no, play.buyer, carrier="圆通", tracking_no="YT123")
    play.do(case_no, play.seller, inspection="accept")
    play.ended(case_no, "refunded", 10_000)


def test_a_parcel_that_leaves_during_the_case_is_intercepted(play: Play) -> None:
    order_no = play.order()
    case_no = play.ask(order_no)
    play.ship(order_no)
    play.work()
    assert play.view(case_no).case.status == "intercepting"
    play.do(case_no, play.seller, intercepted="yes")
    ended = play.ended(case_no, "refunded", 10_000)
    assert ended.lines[0].order_line.quantity_returned == 2
    assert play.stock() == (100, 0, 0, 0)


def test_decision_timeout_and_withdrawal_at_once_have_one_winner(play: Play) -> None:
    cases = [play.ask(play.order()) for _ in range(rounds(12))]
    play.clock.advance(48 * HOUR)
    engine, transaction = play.tuidan.engine, play.tuidan.transaction
    with transaction() as session:
        waiting = session.execute(
            sa.select(UserTask.business_key, UserTask.id, Timer.instance_id, Timer.element_instance)
            .join(
                Timer,
                sa.and_(
                    Timer.instance_id == UserTask.instance_id, Timer.element_id == "event_seller_overdue"
                ),
            )
            .where(UserTask.element_id == "task_review_request")
        ).all()
    assert sorted(row[0] for row in waiting) == sorted(cases)

    def agree(task_id: uuid.UUID) -> str:
        with transaction() as session:
            engine.complete_task(session, task_id, values={"decision": "agree"}, actor=play.seller)
        return "seller"

    def take_back(case_no: str) -> str:
        with transaction() as session:
            withdraw(session, engine, case_no, play.buyer, play.clock.now())
        return "withdrawn"

    def run_out(instance_id: uuid.UUID, element_instance: int) -> str:
        with transaction() as session:
            return "timeout" if engine.fire_timer(session, instance_id, element_instance) else ""

    results = race(
        [
            [
                functools.partial(agree, task_id),
                functools.partial(take_back, case_no),
                functools.partial(run_out, instance_id, timer),
            ]
            for case_no, task_id, instance_id, timer in waiting
        ]
    )
    play.work()
    for (case_no, *_), outcomes in zip(waiting, results, strict=True):
        (won,) = [outcome for outcome in outcomes if isinstance(outcome, str) and outcome]
        case = play.view(case_no).case
        assert (case.outcome, case.decided_how) == (
            ("withdrawn", None) if won == "withdrawn" else ("refunded", won)
        )
        for refusal in outcomes:
            if isinstance(refusal, TaskEnded):
                assert refusal.params["by"] in {"王芳", "system"}
            elif isinstance(refusal, CaseNotWithdrawable):
                assert refusal.params["by"] in {"李掌柜", "system"}
            else:
                assert isinstance(refusal, str)
