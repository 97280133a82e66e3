"""What a buyer paid to send goods back: booked, and given back where another bears it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from processes.liability.checking import check_books
from processes.returns.errors import CarriageInvalid
from processes.returns.tables import Return
from processes.wallet.books import find_voucher
from processes.wallet.queries import wallet_of
from tests.integration.cases.play import Play
from tests.integration.cases.returning import SENT, count, prove
from tests.integration.liability.test_books import standing


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


@pytest.mark.parametrize(
    ("payer", "given", "standing_of_parties"),
    [
        ("buyer", 0, {"buyer": -1_200, "carriage": 1_200}),
        ("seller", 1_200, {"shop": -1_200, "carriage": 1_200}),
        ("platform", 1_200, {"platform": -1_200, "carriage": 1_200}),
    ],
)
def test_carriage_of_a_rejected_return_is_given_back_where_the_table_says_that_another_bears_it(
    play: Play, payer: str, given: int, standing_of_parties: dict[str, int]
) -> None:
    case_no = play.ask(
        play.order(lines=[(5000, 3)], delivered=True), "Q_VARIANT", 3, text="发错款了", photo_count=1
    )
    play.do(case_no, play.seller, decision="agree")
    with play.tuidan.transaction() as session:
        session.execute(sa.update(Return).where(Return.case_no == case_no).values(rejected_payer=payer))
    play.do(case_no, play.buyer, **SENT, carriage="12.00")
    prove(play, case_no)
    count(play, case_no, "RETURN_WRONG_ITEM", missing=3)
    play.do(case_no, play.buyer, answer="accept")
    view = play.ended(case_no, "return_rejected", 0)
    assert view.goods_return is not None
    assert view.goods_return.carriage_given == given
    assert ("carriage_given_back" in {event.kind for event in view.timeline}) == bool(given)
    with play.tuidan.transaction() as session:
        assert standing(session) == standing_of_parties
        assert check_books(session).right
        usable = wallet_of(session, view.case.buyer_id, now=play.clock.now()).usable
        assert sum(one.remaining for one in usable) == given
