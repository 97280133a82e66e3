"""Who bears the carriage of goods that come back: stopped, by the shop's label, accepted or not."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from processes.liability.checking import check_books
from processes.liability.tables import LiabilityEntry
from processes.returns.sending import send_again
from processes.shipping.rules import Answer
from tests.integration.cases.play import DAY, Play
from tests.integration.liability.test_books import standing
from tests.integration.shipping.test_intercepting import answer, leave, report

LABELLED = {"carrier": "圆通", "tracking_no": "YT1234", "carriage_by": "shop"}
REJECTED = {"inspection": "reject", "refusal_code": "RESALE_IMPAIRED", "explanation": "已经拆封使用"}


def sent(play: Play, reason: str = "Q_EXPECT", **how: str) -> str:
    """Three units, carried out for nine yuan, are on their way back."""
    order_no = play.order(lines=[(5000, 3)], freight=900, delivered=True)
    case_no = play.ask(order_no, reason, 3, text="与想的不一样", photo_count=1)
    play.do(case_no, play.seller, decision="agree")
    play.do(case_no, play.buyer, **(LABELLED | how))
    return case_no


def stands(play: Play, **expected: int) -> None:
    """Each kind of party stands at that, and the books are right."""
    with play.tuidan.transaction() as session:
        assert standing(session) == expected
        assert check_books(session).right


def test_a_stop_of_some_parcels_costs_the_carriage_of_those_alone(play: Play) -> None:
    order_no = play.order(lines=[(1000, 5)], freight=900)
    case_no = play.ask(order_no, "B_MIND", 5)
    leave(play, order_no, A=2, B=2)
    answer(play, case_no, "A", Answer.ACCEPTED)
    answer(play, case_no, "B", Answer.REFUSED)
    # Two were stopped and one never left: 900 × 2 ÷ 5 for the way back.
    view = play.ended(case_no, "refunded", 2640)
    assert view.refund is not None
    (step,) = [one for one in view.refund.explanation if one["code"] == "freight_share_borne"]
    assert (step["amount"], step["params"]["units"], step["params"]["ordered"]) == (-360, 2, 5)
    stands(play, buyer=2640, shop=-2640)
    # What was delivered goes back by a case of its own, at the buyer's own cost.
    report(play, "B", "delivered")
    back = play.ask(order_no, "Q_EXPECT", 2)
    play.do(back, play.seller, decision="agree")
    play.do(back, play.buyer, carrier="中通快递", tracking_no="ZT20260001", carriage="7.00")
    play.do(back, play.seller, inspection="accept")
    assert play.view(back).case.refunded == 2000
    stands(play, buyer=2640 + 2000 - 700, shop=-4640, carriage=700)


def test_what_never_left_costs_no_carriage_though_a_parcel_was_missed(play: Play) -> None:
    order_no = play.order(lines=[(1000, 3)], freight=900)
    case_no = play.ask(order_no, "B_MIND", 3)
    leave(play, order_no, A=2)
    play.do(case_no, play.seller, intercepted="no")
    view = play.ended(case_no, "refunded", 1000)
    assert view.refund is not None
    assert (view.refund.deducted, view.refund.freight_payer) == (0, "nobody")
    found = [one.params for one in view.timeline if one.kind == "liability_recorded"]
    assert [(one["fault"], one["freight_payer"]) for one in found] == [("nobody", "nobody")]
    stands(play, buyer=1000, shop=-1000)


@pytest.mark.parametrize(
    ("reason", "refunded", "parties"),
    [
        # His change of mind: the shop has paid his way back, so it is taken off.
        ("Q_EXPECT", 14_100, {"buyer": 14_100, "shop": -14_100}),
        # The shop's fault: its own label, and the carriage out goes back as well.
        ("Q_VARIANT", 15_900, {"buyer": 15_900, "shop": -15_900}),
    ],
)
def test_an_accepted_return_by_the_shops_label_is_borne_as_its_reason_says(
    play: Play, reason: str, refunded: int, parties: dict[str, int]
) -> None:
    # What he says he paid doesn't count: the shop has paid.
    case_no = sent(play, reason, carriage="12.00")
    play.do(case_no, play.seller, inspection="accept")
    play.ended(case_no, "refunded", refunded)
    stands(play, **parties)


def test_a_rejected_return_is_borne_by_the_buyer_there_and_back(play: Play) -> None:
    case_no = sent(play)
    stands(play)
    play.do(case_no, play.seller, **REJECTED)
    stands(play, buyer=-900, shop=900)
    play.do(case_no, play.buyer, answer="accept")
    play.do(case_no, play.buyer, way="back")
    play.do(case_no, play.seller, carrier="中通", tracking_no="ZT0001")
    # He pays the second carrier on delivery.
    stands(play, buyer=-1800, shop=900, carriage=900)
    play.do(case_no, play.buyer)
    view = play.ended(case_no, "return_rejected", 0)
    assert view.goods_return is not None
    assert (view.goods_return.labelled_units, view.goods_return.rejected_payer) == (3, "buyer")


def test_his_own_carriage_of_a_rejected_return_stays_his_until_it_is_ruled_otherwise(play: Play) -> None:
    case_no = sent(play, "Q_VARIANT", carriage_by="buyer", carriage="12.00")
    play.do(case_no, play.seller, **REJECTED)
    stands(play, buyer=-1200, carriage=1200)
    play.do(case_no, play.buyer, answer="escalate", escalation_text="寄出时没有拆封")
    play.wait(3 * DAY)
    ruling = {"ruling": "buyer", "reasons": "吊牌完好", "fault": "seller", "freight_payer": "seller"}
    play.do(case_no, play.market.agent, **ruling)
    play.wait(4 * DAY)
    play.ended(case_no, "refunded", 15_900)
    # Goods and freight, and what he had paid to send them back.
    stands(play, buyer=15_900, shop=-17_100, carriage=1200)


def test_what_is_sent_once_more_is_open_again(play: Play) -> None:
    case_no = sent(play)
    play.do(case_no, play.seller, **REJECTED)
    stands(play, buyer=-900, shop=900)
    with play.tuidan.transaction() as session:
        send_again(session, play.tuidan.engine, case_no, actor=play.buyer)
    play.work()
    stands(play)
    with play.tuidan.transaction() as session:
        entries = session.scalars(sa.select(LiabilityEntry).order_by(LiabilityEntry.number)).all()
        assert [(one.cause, one.reverses is not None) for one in entries] == [
            ("rejected", False),
            ("sent_again", True),
        ]
    play.do(case_no, play.buyer, **(LABELLED | {"tracking_no": "YT9999"}))
    play.do(case_no, play.seller, inspection="accept")
    # The shop has paid for both parcels.
    play.ended(case_no, "refunded", 15_000 - 1800)
    stands(play, buyer=13_200, shop=-13_200)
