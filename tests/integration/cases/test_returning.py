"""Goods that come back in part, wrong, or once more: the units, the money and the stock."""

from __future__ import annotations

import io
from collections.abc import Mapping

import pytest
import sqlalchemy as sa

from processes.cases.errors import QuantityInvalid
from processes.cases.tables import CancellationCase
from processes.catalog.aside import SettlementInvalid, StockNotFound, set_aside, settle
from processes.catalog.tables import StockItem, StockMovement
from processes.evidence.errors import ProofMissing
from processes.evidence.inspecting import inspect
from processes.evidence.keeping import attach
from processes.liability.checking import check_books
from processes.refusals.delivering import RETURN, delivery_of, record_reading
from processes.refusals.tables import RefusalDelivery
from processes.returns.correcting import correct_return
from processes.returns.errors import CarriageInvalid, FindingsInvalid, NotCorrectable, NotResendable
from processes.returns.inspecting import record_findings
from processes.returns.refused import keep_refused, record_refused_reading
from processes.returns.rules import Finding
from processes.returns.sending import send_again
from processes.returns.tables import RefusedGoods
from processes.shipping.tables import Shipment
from processes.shipping.tracking import CarrierReport, record_tracking_event
from processes.wallet.books import find_voucher
from processes.wallet.queries import wallet_of
from tests.integration.cases.play import DAY, HOUR, OPERATOR, Play
from tests.integration.liability.test_books import standing
from tests.pictures import photo

SENT = {"carrier": "圆通", "tracking_no": "YT1234"}


def sent(play: Play, reason: str = "Q_VARIANT", units: int = 3) -> str:
    """A case whose goods are on their way back."""
    case_no = play.ask(
        play.order(lines=[(5000, units)], delivered=True), reason, units, text="发错款了", photo_count=1
    )
    play.do(case_no, play.seller, decision="agree")
    play.do(case_no, play.buyer, **SENT)
    return case_no


def count(play: Play, case_no: str, code: str = "RESALE_IMPAIRED", **found: int) -> None:
    """The shop counts what came back."""
    with play.tuidan.transaction() as session:
        case = session.get_one(CancellationCase, case_no)
        (line,) = case.lines
        findings: Mapping[object, Finding] = {line.order_line_id: Finding(**found)}
        record_findings(session, case, findings, actor=play.seller, now=play.clock.now())  # type: ignore[arg-type]
        (task,) = play.view(case_no).tasks
        values = {"inspection": "partly", "refusal_code": code, "explanation": "有一件不符，见照片"}
        play.tuidan.engine.complete_task(session, task.id, values=values, actor=play.seller)
    play.work()


def prove(play: Play, case_no: str) -> None:
    with play.tuidan.transaction() as session:
        case = session.get_one(CancellationCase, case_no)
        proof = [inspect("proof.jpg", io.BytesIO(photo()))]
        attach(session, case, proof, occasion="test", actor=play.seller, now=play.clock.now())


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


def give_back(play: Play, case_no: str) -> None:
    """The buyer wants back what was not accepted, the shop sends it, and he has it."""
    play.do(case_no, play.buyer, way="back")
    play.do(case_no, play.seller, carrier="中通", tracking_no="ZT0001")
    play.do(case_no, play.buyer)


def refused_goods(play: Play, case_no: str) -> RefusedGoods:
    with play.tuidan.transaction() as session:
        return session.get_one(RefusedGoods, case_no)


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


@pytest.mark.parametrize(
    ("reason", "standing_of_parties"),
    [
        # The shop sent another colour: it bears what the buyer paid to send it back.
        ("Q_VARIANT", {"buyer": 15_000, "shop": -16_200, "carriage": 1_200}),
        # It was only not what he had expected: he bears it himself.
        ("Q_EXPECT", {"buyer": 13_800, "shop": -15_000, "carriage": 1_200}),
    ],
)
def test_carriage_that_the_buyer_paid_is_booked_and_given_back_if_another_bears_it(
    play: Play, reason: str, standing_of_parties: dict[str, int]
) -> None:
    case_no = play.ask(
        play.order(lines=[(5000, 3)], delivered=True), reason, 3, text="发错款了", photo_count=1
    )
    play.do(case_no, play.seller, decision="agree")
    for wrong in ("十二", "-1", "150.01"):
        with pytest.raises(CarriageInvalid):
            play.do(case_no, play.buyer, **SENT, carriage=wrong)
    play.do(case_no, play.buyer, **SENT, carriage="12.00")
    play.do(case_no, play.seller, inspection="accept")
    view = play.ended(case_no, "refunded", 15_000)
    given = 1_200 if reason == "Q_VARIANT" else 0
    assert view.goods_return is not None
    assert (view.goods_return.carriage_paid, view.goods_return.carriage_given) == (1_200, given)
    with play.tuidan.transaction() as session:
        assert standing(session) == standing_of_parties
        assert check_books(session).right
        buyer_id = view.case.buyer_id
        usable = wallet_of(session, buyer_id, now=play.clock.now()).usable
        assert [(one.instrument, one.code, one.remaining) for one in usable] == (
            [("balance", view.goods_return.return_no, given)] if given else []
        )


def test_a_credit_pays_for_another_order_and_comes_back_from_it(play: Play) -> None:
    case_no = sent_with_carriage(play)
    view = play.view(case_no)
    assert view.goods_return is not None
    code = view.goods_return.return_no
    order_no = play.order(
        lines=[(600, 2)],
        tenders=[("balance", 1_200)],
        reference=lambda _tender, _amount: code,
    )

    def left() -> int:
        with play.tuidan.transaction() as session:
            found = find_voucher(session, view.case.buyer_id, "balance", code)
            assert found is not None
            return found.remaining

    assert left() == 0
    play.do(play.ask(order_no, quantity=1), play.seller, decision="agree")
    assert left() == 600


def sent_with_carriage(play: Play) -> str:
    """A case that has ended with a credit for its carriage."""
    case_no = play.ask(
        play.order(lines=[(5000, 3)], delivered=True), "Q_VARIANT", 3, text="发错款了", photo_count=1
    )
    play.do(case_no, play.seller, decision="agree")
    play.do(case_no, play.buyer, **SENT, carriage="12.00")
    play.do(case_no, play.seller, inspection="accept")
    return case_no


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
