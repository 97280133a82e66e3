"""Returned units that the shop doesn't accept: refused in part, sent back, left to it, or ruled on."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from processes.cases.errors import QuantityInvalid
from processes.cases.tables import CancellationCase
from processes.refusals.delivering import RETURN, delivery_of, record_reading
from processes.refusals.tables import RefusalDelivery
from processes.returns.refused import keep_refused, record_refused_reading
from processes.returns.tables import RefusedGoods
from processes.shipping.tables import Shipment
from processes.shipping.tracking import CarrierReport, record_tracking_event
from tests.integration.cases.play import DAY, HOUR, OPERATOR, Play
from tests.integration.cases.returning import count, prove, sent


def give_back(play: Play, case_no: str) -> None:
    """The buyer wants back what was not accepted, the shop sends it, and he has it."""
    play.do(case_no, play.buyer, way="back")
    play.do(case_no, play.seller, carrier="中通", tracking_no="ZT0001")
    play.do(case_no, play.buyer)


def refused_goods(play: Play, case_no: str) -> RefusedGoods:
    with play.tuidan.transaction() as session:
        return session.get_one(RefusedGoods, case_no)


def test_accepted_units_are_refunded_and_the_rest_stays_the_buyers(play: Play) -> None:
    case_no = sent(play)
    count(play, case_no, good=2, damaged=1)
    view = play.view(case_no)
    assert view.case.status == "refused"
    assert view.goods_return is not None
    assert (view.goods_return.accepted, view.goods_return.refusal_code) == (True, "RESALE_IMPAIRED")
    play.do(case_no, play.buyer, answer="accept")
    give_back(play, case_no)
    ended = play.ended(case_no, "refunded", 10_000)
    line = ended.lines[0].order_line
    assert (line.quantity_cancelled, line.quantity_returned, line.quantity_live) == (2, 2, 1)
    assert play.stock() == (99, 0, 0, 0)
    # The unit that was refused can be asked about again, and the last one clears the residue.
    again = play.ask(ended.case.order_no, "Q_DEFECT", 1, text="确实是坏的", photo_count=1)
    assert play.view(again).case.amount == 5_000


def test_units_that_were_not_accepted_go_back_and_are_followed(play: Play) -> None:
    case_no = sent(play)
    prove(play, case_no)
    count(play, case_no, "RETURN_WRONG_ITEM", good=1, damaged=1, wrong_item=1)
    play.do(case_no, play.buyer, answer="accept")
    # The refund of what was accepted waits for nothing.
    assert play.view(case_no).case.outcome == "refunded"
    play.do(case_no, play.buyer, way="back")
    play.do(case_no, play.seller, carrier="中通", tracking_no="ZT0001")
    with play.tuidan.transaction() as session:
        parcel = session.scalars(sa.select(Shipment).where(Shipment.direction == "refused")).one()
        assert [line.quantity for line in parcel.lines] == [2]
        case = session.get_one(CancellationCase, case_no)
        for reader in (play.seller, play.buyer, play.buyer):
            record_refused_reading(session, case, reader, play.clock.now())
            play.clock.advance(HOUR)
        record_tracking_event(
            session,
            play.tuidan.engine,
            shipment_no=parcel.shipment_no,
            report=CarrierReport(event_id="r1", event="delivered", at=play.clock.now()),
            actor=OPERATOR,
            now=play.clock.now(),
        )
        assert parcel.delivered_at == play.clock.now()
    play.do(case_no, play.buyer)
    refused = refused_goods(play, case_no)
    assert (refused.units, refused.way, refused.lapsed) == (2, "back", False)
    assert refused.sent_at is not None
    assert refused.read_at == refused.sent_at + HOUR
    assert refused.acknowledged_at == play.clock.now()
    ended = play.ended(case_no, "refunded", 5_000)
    assert ended.lines[0].order_line.quantity_returned == 1
    assert play.stock() == (98, 0, 0, 0)
    with play.tuidan.transaction() as session:
        case = session.get_one(CancellationCase, case_no)
        # Too late for another choice.
        keep_refused(session, case, actor=play.buyer, now=play.clock.now())
    assert play.stock() == (98, 0, 0, 0)


def test_units_that_the_buyer_leaves_are_the_shops_in_quarantine(play: Play) -> None:
    case_no = sent(play)
    prove(play, case_no)
    count(play, case_no, "RETURN_WRONG_ITEM", damaged=2, wrong_item=1)
    play.do(case_no, play.buyer, answer="accept")
    assert play.view(case_no).case.outcome == "return_rejected"
    play.do(case_no, play.buyer, way="leave")
    with play.tuidan.transaction() as session:
        keep_refused(
            session, session.get_one(CancellationCase, case_no), actor=play.buyer, now=play.clock.now()
        )
    ended = play.ended(case_no, "return_rejected", 0)
    # What isn't the shop's goods is in no stock of it.
    assert play.stock() == (97, 0, 2, 0)
    assert ended.lines[0].order_line.quantity_returned == 2
    assert {"refused_choose", "refused_left"} <= set(play.told())
    # He has given two of three up; only the one of which he sent another item can be asked about.
    with pytest.raises(QuantityInvalid):
        play.ask(ended.case.order_no, "Q_DEFECT", 2, text="确实是坏的", photo_count=1)
    play.ask(ended.case.order_no, "Q_DEFECT", 1, text="确实是坏的", photo_count=1)


def test_who_does_not_choose_gets_them_back_and_a_shop_that_sends_nothing_is_told_of(play: Play) -> None:
    case_no = sent(play)
    count(play, case_no, good=1, damaged=2)
    play.do(case_no, play.buyer, answer="accept")
    play.wait(3 * DAY, 3 * DAY, 4 * DAY)
    assert {"refused_to_send", "refused_overdue"} <= set(play.told())
    refused = refused_goods(play, case_no)
    assert (refused.way, refused.lapsed, refused.sent_at) == ("back", True, None)
    play.do(case_no, play.seller, carrier="中通", tracking_no="ZT0002")
    play.wait(10 * DAY)
    refused = refused_goods(play, case_no)
    assert (refused.acknowledged_at, refused.unconfirmed_at) == (None, play.clock.now())
    play.ended(case_no, "refunded", 5_000)


def test_a_ruling_grants_what_the_shop_refused_and_the_damaged_unit_is_quarantined(play: Play) -> None:
    case_no = sent(play)
    count(play, case_no, good=1, damaged=1, missing=1)
    play.do(case_no, play.buyer, answer="escalate", escalation_text="寄出时都是好的")
    play.wait(3 * DAY)
    ruling = {"ruling": "buyer", "reasons": "运输中损坏", "fault": "seller", "freight_payer": "seller"}
    play.do(case_no, play.market.agent, **ruling)
    play.wait(4 * DAY)
    ended = play.ended(case_no, "refunded", 15_000)
    assert ended.lines[0].order_line.quantity_returned == 2
    assert play.stock() == (98, 0, 1, 0)


def test_why_goods_were_not_accepted_is_delivered_read_and_not_answered_in_time(play: Play) -> None:
    case_no = sent(play)
    count(play, case_no, good=1, damaged=2)

    def told() -> RefusalDelivery:
        with play.tuidan.transaction() as session:
            case = session.get_one(CancellationCase, case_no)
            found = delivery_of(session, case, RETURN)
            assert found is not None
            assert delivery_of(session, case) is None
            return found

    assert (told().delivered_at, told().read_at) == (play.clock.now(), None)
    play.clock.advance(HOUR)
    for reader in (play.seller, play.buyer, play.buyer):
        with play.tuidan.transaction() as session:
            record_reading(session, session.get_one(CancellationCase, case_no), reader, play.clock.now())
        if reader is play.seller:
            assert told().read_at is None
    assert told().read_at == play.clock.now()
    play.wait(7 * DAY)
    assert told().lapsed_at == play.clock.now()
    kinds = [(one.kind, one.params.get("refused")) for one in play.view(case_no).timeline]
    for kind in ("refusal_delivered", "refusal_read", "refusal_lapsed"):
        assert kinds.count((kind, "return")) == 1
    assert "refusal_lapsed" in play.told()
