"""Parcels of a case that nobody scans, or that get lost: reminders, a ruling, and what follows."""

from __future__ import annotations

import sqlalchemy as sa

from engine.actors import Actor
from engine.tables import ProcessInstance, UserTask
from processes.cases.views import case_view
from processes.notifications.tables import Notification
from processes.people.roles import Role
from processes.shipping.tables import Shipment
from processes.shipping.tracking import CarrierReport, record_tracking_event
from tests.integration.cases.play import DAY, OPERATOR, Play
from tests.integration.cases.returning import SENT, count, sent

AGENT = Actor(id="agent", name="客服小李", groups=frozenset({"platform"}))
REASONS = "承运人确认没有揽收记录。"


def parcels(play: Play, case_no: str) -> list[Shipment]:
    with play.tuidan.transaction() as session:
        return list(
            session.scalars(
                sa.select(Shipment).where(Shipment.case_no == case_no).order_by(Shipment.shipment_no)
            )
        )


def report(play: Play, case_no: str, event: str) -> None:
    parcel = parcels(play, case_no)[-1]
    with play.tuidan.transaction() as session:
        record_tracking_event(
            session,
            play.tuidan.engine,
            shipment_no=parcel.shipment_no,
            report=CarrierReport(event_id=f"{event}-{play.clock.now()}", event=event, at=play.clock.now()),
            actor=OPERATOR,
            now=play.clock.now(),
        )
    play.work()


def waiting(play: Play, case_no: str) -> list[str]:
    with play.tuidan.transaction() as session:
        return sorted(session.scalars(sa.select(UserTask.element_id).where(UserTask.business_key == case_no)))


def rule(play: Play, case_no: str, verdict: str) -> None:
    with play.tuidan.transaction() as session:
        (task,) = case_view(session, case_no, AGENT).my_tasks
        play.tuidan.engine.complete_task(
            session, task.id, values={"verdict": verdict, "reasons": REASONS}, actor=AGENT
        )
    play.work()


def told(play: Play, role: Role) -> set[str]:
    with play.tuidan.transaction() as session:
        account = {
            Role.BUYER: play.market.buyer.id,
            Role.SELLER: play.market.seller.id,
        }[role]
        return set(
            session.scalars(sa.select(Notification.template).where(Notification.account_id == account))
        )


def watching(play: Play) -> list[str]:
    with play.tuidan.transaction() as session:
        return list(
            session.scalars(
                sa.select(ProcessInstance.process_id).where(
                    ProcessInstance.process_id.in_(("case_parcel_watch", "missing_parcel")),
                    ProcessInstance.status != "completed",
                )
            )
        )


def test_a_return_that_nobody_scans_is_asked_about_and_refunded_as_the_platform_rules(play: Play) -> None:
    case_no = sent(play)
    play.wait(2 * DAY)
    assert "parcel_unscanned" in told(play, Role.BUYER)
    assert "parcel_unscanned_yet" not in told(play, Role.SELLER)
    assert parcels(play, case_no)[0].stalled_at == play.clock.now()
    play.wait(3 * DAY)
    assert "parcel_unscanned_yet" in told(play, Role.SELLER)
    assert waiting(play, case_no) == ["task_confirm_return"]
    play.wait(5 * DAY)
    assert parcels(play, case_no)[0].missing_at == play.clock.now()
    assert waiting(play, case_no) == ["task_confirm_return", "task_rule_parcel"]
    assert "parcel_missing" in told(play, Role.BUYER) & told(play, Role.SELLER)
    rule(play, case_no, "received")
    assert "parcel_ruled_received" in told(play, Role.BUYER) & told(play, Role.SELLER)
    play.wait(DAY)
    ended = play.ended(case_no, "refunded", 15_000)
    assert {"parcel_missing", "parcel_ruled"} <= {event.kind for event in ended.timeline}
    assert watching(play) == []


def test_a_buyer_who_has_sent_nothing_has_to_send_again_and_his_old_number_is_waited_for_anew(
    play: Play,
) -> None:
    case_no = sent(play)
    play.wait(10 * DAY)
    rule(play, case_no, "again")
    assert waiting(play, case_no) == ["task_send_back"]
    # He insists: the days are counted from now, and the platform is asked again.
    play.do(case_no, play.buyer, **SENT)
    (parcel,) = parcels(play, case_no)
    assert (parcel.missing_at, parcel.shipped_at) == (None, play.clock.now())
    play.wait(10 * DAY)
    assert waiting(play, case_no) == ["task_confirm_return", "task_rule_parcel"]
    rule(play, case_no, "again")
    play.do(case_no, play.buyer, carrier="中通", tracking_no="ZT0001")
    report(play, case_no, "picked_up")
    report(play, case_no, "delivered")
    play.do(case_no, play.seller, inspection="accept")
    play.wait(DAY)
    play.ended(case_no, "refunded", 15_000)
    assert watching(play) == []


def test_news_or_an_inspection_ends_the_ruling(play: Play) -> None:
    case_no = sent(play)
    play.wait(10 * DAY)
    rule(play, case_no, "wait")
    assert waiting(play, case_no) == ["task_confirm_return"]
    play.wait(5 * DAY)
    assert waiting(play, case_no) == ["task_confirm_return", "task_rule_parcel"]
    report(play, case_no, "in_transit")
    assert (waiting(play, case_no), watching(play)) == (["task_confirm_return"], ["case_parcel_watch"])
    assert parcels(play, case_no)[0].missing_at is None
    report(play, case_no, "lost")
    assert waiting(play, case_no) == ["task_confirm_return", "task_rule_parcel"]
    # It stood at the shop all the time.
    play.do(case_no, play.seller, inspection="accept")
    play.wait(DAY)
    play.ended(case_no, "refunded", 15_000)
    assert watching(play) == []


def test_a_missing_parcel_to_the_buyer_is_sent_again_by_the_shop(play: Play) -> None:
    case_no = sent(play)
    count(play, case_no, good=2, damaged=1)
    play.do(case_no, play.buyer, answer="accept")
    play.do(case_no, play.buyer, way="back")
    play.do(case_no, play.seller, carrier="中通", tracking_no="ZT0001")
    play.wait(DAY, 2 * DAY, 4 * DAY)
    assert "parcel_unscanned" in told(play, Role.SELLER)
    assert "parcel_unscanned_yet" in told(play, Role.BUYER)
    rule(play, case_no, "again")
    assert waiting(play, case_no) == ["task_acknowledge", "task_send_anew"]
    play.do(case_no, play.seller, carrier="中通", tracking_no="ZT0002")
    play.do(case_no, play.buyer)
    assert [one.tracking_no for one in parcels(play, case_no)] == ["YT1234", "ZT0001", "ZT0002"]
    play.wait(2 * DAY)
    play.ended(case_no, "refunded", 10_000)
    assert watching(play) == []
