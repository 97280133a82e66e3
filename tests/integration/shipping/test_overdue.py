"""Orders that are not shipped in time: offered once, whoever looks, and only while it helps."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from processes.cases.commands import withdraw
from processes.orders.orders import find_order
from processes.shipping.errors import OfferLapsed
from processes.shipping.overdue import offer_overdue
from tests.integration.cases.play import DAY, HOUR, Play
from tests.integration.shipping.offering import offers, take, told


def overdue(play: Play, late: bool = True, **options: Any) -> str:
    order_no = play.order(**options)
    with play.tuidan.transaction() as session:
        order = find_order(session, order_no)
        order.promised_ship_by = play.clock.now() + (-HOUR if late else HOUR)
    return order_no


def look(play: Play) -> None:
    assert not offer_overdue(play.tuidan.transaction, play.clock.now())


def test_an_overdue_order_is_offered_once_and_taken_once(play: Play) -> None:
    order_no = overdue(play, freight=800)
    overdue(play, late=False)
    overdue(play, paid=False)
    for _ in range(2):
        look(play)
    (offer,) = offers(play)
    assert (offer.reason, offer.shipment_id, told(play)) == ("L_NOSHIP", None, 1)
    case_no = take(play, offer)
    assert take(play, offer) == case_no
    case = play.view(case_no).case
    assert (case.order_no, case.decided_how, case.outcome, case.amount) == (
        order_no,
        "automatic",
        "refunded",
        10_800,
    )
    look(play)
    assert len(offers(play)) == 1


def test_workers_beside_each_other_offer_each_order_once(play: Play) -> None:
    for _ in range(8):
        overdue(play)
    play.clock.advance(DAY)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: look(play), range(4)))
    look(play)
    made = offers(play)
    assert (len(made), len({offer.order_id for offer in made}), told(play)) == (8, 8, 8)


def test_an_offer_that_was_broken_off_is_made_whole_afterwards(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    overdue(play)
    with monkeypatch.context() as broken:
        broken.delattr("processes.shipping.standing.notify")
        with pytest.raises(NameError):
            look(play)
    assert offers(play) == []
    look(play)
    assert (len(offers(play)), told(play)) == (1, 1)


def test_what_another_is_shipping_is_passed_over_and_never_offered(play: Play) -> None:
    order_no = overdue(play)
    with play.tuidan.transaction() as session:
        find_order(session, order_no, lock=True)
        look(play)
        assert offers(play) == []
    play.ship(order_no)
    look(play)
    assert offers(play) == []


def test_the_offer_lapses_once_everything_has_left(play: Play) -> None:
    order_no = overdue(play)
    look(play)
    play.ship(order_no)
    (offer,) = offers(play)
    assert offer.lapsed_at == play.clock.now()
    with pytest.raises(OfferLapsed):
        take(play, offer)


def test_an_order_whose_goods_are_in_a_case_is_offered_once_that_has_ended_without_a_refund(
    play: Play,
) -> None:
    order_no = overdue(play)
    case_no = play.ask(order_no)
    look(play)
    (waiting,) = offers(play)
    assert (waiting.made, waiting.ended_by, told(play)) == (0, "in_case", 0)
    with play.tuidan.transaction() as session:
        withdraw(session, play.tuidan.engine, case_no, play.buyer, play.clock.now())
    (offer,) = offers(play)
    assert (offer.reason, offer.stands(play.clock.now()), told(play)) == ("L_NOSHIP", True, 1)
    play.work()
    look(play)
    assert (len(offers(play)), told(play)) == (1, 1)
