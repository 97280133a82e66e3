"""Goods that come back: counted, sent once more, their number corrected, and what is set aside."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from processes.catalog.aside import SettlementInvalid, StockNotFound, set_aside, settle
from processes.catalog.tables import StockItem, StockMovement
from processes.evidence.errors import ProofMissing
from processes.returns.correcting import correct_return
from processes.returns.errors import FindingsInvalid, NotCorrectable, NotResendable
from processes.returns.sending import send_again
from processes.shipping.tables import Shipment
from processes.shipping.tracking import CarrierReport, record_tracking_event
from tests.integration.cases.play import DAY, HOUR, OPERATOR, Play
from tests.integration.cases.returning import SENT, count, prove, sent


def test_the_right_goods_are_sent_once_more_and_no_oftener(play: Play) -> None:
    case_no = sent(play)
    prove(play, case_no)
    count(play, case_no, "RETURN_WRONG_ITEM", good=1, wrong_item=2)
    assert play.view(case_no).can_send_again
    with play.tuidan.transaction() as session:
        send_again(session, play.tuidan.engine, case_no, actor=play.buyer)
    play.do(case_no, play.buyer, carrier="中通", tracking_no="ZT9999")
    count(play, case_no, good=1, missing=1)
    view = play.view(case_no)
    assert not view.can_send_again
    with play.tuidan.transaction() as session, pytest.raises(NotResendable):
        send_again(session, play.tuidan.engine, case_no, actor=play.buyer)
    assert view.goods_return is not None
    assert [one.finding.total for one in view.goods_return.findings] == [3, 2]
    play.wait(8 * DAY)
    play.ended(case_no, "refunded", 10_000)
    assert play.stock() == (99, 0, 0, 0)


def test_silence_after_the_second_parcel_counts_as_received(play: Play) -> None:
    case_no = sent(play)
    count(play, case_no, good=1, missing=2)
    with play.tuidan.transaction() as session:
        send_again(session, play.tuidan.engine, case_no, actor=play.buyer)
    play.do(case_no, play.buyer, carrier="中通", tracking_no="ZT9999")
    play.wait(31 * DAY)
    ended = play.ended(case_no, "refunded", 15_000)
    assert ended.lines[0].order_line.quantity_returned == 3
    assert play.stock() == (98, 0, 0, 2)


def test_counts_have_to_add_up_and_another_item_to_be_proved(play: Play) -> None:
    case_no = sent(play)
    for good, damaged in ((2, 0), (4, 0), (4, -1)):
        with pytest.raises(FindingsInvalid):
            count(play, case_no, good=good, damaged=damaged)
    with pytest.raises(ProofMissing):
        count(play, case_no, good=1, wrong_item=2)
    assert play.view(case_no).case.status == "return_in_transit"


def test_the_number_is_corrected_once_before_it_is_scanned(play: Play) -> None:
    case_no = sent(play)
    now = play.clock.now

    def correct(number: str) -> None:
        with play.tuidan.transaction() as session:
            correct_return(session, case_no, carrier="圆通", tracking_no=number, actor=play.buyer, now=now())

    assert play.view(case_no).can_correct_return
    correct("YT1235")
    with pytest.raises(NotCorrectable):
        correct("YT1236")
    assert not play.view(case_no).can_correct_return

    other = sent(play)
    with play.tuidan.transaction() as session:
        parcel = session.scalars(sa.select(Shipment).where(Shipment.case_no == other)).one()
        report = CarrierReport(event_id="1", event="picked_up", at=now())
        record_tracking_event(
            session,
            play.tuidan.engine,
            shipment_no=parcel.shipment_no,
            report=report,
            actor=play.seller,
            now=now(),
        )
    assert not play.view(other).can_correct_return
    with play.tuidan.transaction() as session, pytest.raises(NotCorrectable):
        correct_return(session, other, carrier="圆通", tracking_no="X999", actor=play.buyer, now=now())


def hear(play: Play, case_no: str, event: str, number: str = SENT["tracking_no"]) -> None:
    """The carrier tells of a parcel on its way back."""
    with play.tuidan.transaction() as session:
        parcel = session.scalars(
            sa.select(Shipment).where(Shipment.case_no == case_no, Shipment.tracking_no == number)
        ).one()
        record_tracking_event(
            session,
            play.tuidan.engine,
            shipment_no=parcel.shipment_no,
            report=CarrierReport(event_id=event, event=event, at=play.clock.now()),
            actor=OPERATOR,
            now=play.clock.now(),
        )
    play.work()


def test_a_return_that_the_carrier_lost_is_refunded_and_never_in_the_stock(play: Play) -> None:
    case_no = sent(play)
    play.clock.advance(DAY)
    hear(play, case_no, "lost")
    assert "return_lost" in play.told()
    play.wait(29 * DAY)
    ended = play.ended(case_no, "refunded", 15_000)
    assert ended.lines[0].order_line.quantity_returned == 0
    assert play.stock() == (97, 0, 0, 0)


def test_a_return_to_a_wrong_address_is_sent_anew_and_the_shops_time_runs_from_its_delivery(
    play: Play,
) -> None:
    case_no = sent(play)

    def give(number: str) -> None:
        with play.tuidan.transaction() as session:
            now = play.clock.now()
            correct_return(session, case_no, carrier="圆通", tracking_no=number, actor=play.buyer, now=now)

    hear(play, case_no, "in_transit")
    with pytest.raises(NotCorrectable):
        give("YT5678")
    play.wait(DAY)
    hear(play, case_no, "returned")
    assert play.view(case_no).can_correct_return
    give("YT5678")
    assert not play.view(case_no).goods_return.corrected_at  # type: ignore[union-attr]
    play.wait(2 * DAY)
    hear(play, case_no, "delivered", "YT5678")
    assert {"return_came_back", "return_arrived"} <= set(play.told())
    play.wait(10 * DAY - HOUR)
    assert play.view(case_no).case.closed_at is None
    play.wait(HOUR)
    ended = play.ended(case_no, "refunded", 15_000)
    assert ended.lines[0].order_line.quantity_returned == 3
    assert play.stock() == (97, 0, 0, 3)


def test_units_in_quarantine_are_settled_once_with_a_reason(play: Play) -> None:
    case_no = sent(play, "Q_DEFECT")
    play.do(case_no, play.seller, inspection="accept")
    play.ended(case_no, "refunded", 15_000)
    assert play.stock() == (97, 0, 3, 0)
    with play.tuidan.transaction() as session:
        (item,) = set_aside(session, play.seller).items
        variant_id = item.variant_id
        assert set_aside(session, play.buyer).items == []

    def settled(what: str, units: int, key: str, actor: object = None) -> bool:
        with play.tuidan.transaction() as session:
            return settle(
                session,
                variant_id,
                what,
                place="quarantine",
                units=units,
                note="检测合格",
                actor=play.seller if actor is None else play.buyer,
                key=key,
                now=play.clock.now() + HOUR,
            )

    assert settled("release", 1, "a")
    assert not settled("release", 1, "a")
    assert settled("write_off", 2, "b")
    with pytest.raises(SettlementInvalid):
        settled("write_off", 1, "c")
    with pytest.raises(StockNotFound):
        settled("release", 1, "d", actor="another")
    assert play.stock() == (98, 0, 0, 0)
    with play.tuidan.transaction() as session:
        assert set_aside(session, OPERATOR).items == []
        books = session.execute(
            sa.select(StockMovement.kind, StockMovement.actor_name, StockMovement.note)
            .where(StockMovement.actor_id != "")
            .order_by(StockMovement.at, StockMovement.kind)
        ).all()
        assert [tuple(row) for row in books] == [
            ("release", "李掌柜", "检测合格"),
            ("write_off", "李掌柜", "检测合格"),
        ]
        assert session.scalars(sa.select(StockItem.quarantine)).one() == 0
