"""Tracking from outside: signed batches and files, in any order, twice, and with faults in them."""

from __future__ import annotations

import datetime as dt
import io
import json
import random
from typing import Any

import pytest
import sqlalchemy as sa

from engine.actors import SYSTEM
from processes.cases.tables import CancellationCase
from processes.importing.problems import ImportRefused
from processes.importing.tracking import import_tracking
from processes.orders.tables import Order
from processes.shipping.errors import OfferLapsed
from processes.shipping.feeds import close_feed, create_feed, secret_of, sign
from processes.shipping.offers import take_offer
from processes.shipping.shipments import record_shipment
from processes.shipping.tables import CancellationOffer, Shipment
from tests.integration.cases.play import DAY, HOUR, Play
from webapp.app import create_app


def shipped(play: Play, **options: Any) -> str:
    order_no = play.order(**options)
    with play.tuidan.transaction() as session:
        order = session.scalars(sa.select(Order).where(Order.order_no == order_no)).one()
        order.promised_at = play.clock.now() + 2 * DAY
    play.ship(order_no)
    play.work()
    return order_no


def event(play: Play, order_no: str, name: str, after: dt.timedelta = HOUR, **changes: str) -> dict[str, str]:
    at = (play.clock.now() - 12 * HOUR + after).isoformat()
    given = {"carrier": "顺丰", "tracking_no": f"SF-{order_no}", "event_id": name, "event": name, "at": at}
    return given | changes


def offers(play: Play) -> list[CancellationOffer]:
    with play.tuidan.transaction() as session:
        return list(session.scalars(sa.select(CancellationOffer).order_by(CancellationOffer.reason)))


def parcel(play: Play) -> Shipment:
    with play.tuidan.transaction() as session:
        return session.scalars(sa.select(Shipment)).one()


def test_a_signed_batch_is_taken_once_in_any_order(play: Play) -> None:
    order_no = shipped(play)
    client = create_app(play.tuidan).test_client()
    with play.tuidan.transaction() as session:
        key = create_feed(session, name="顺丰", carriers=["顺丰"], now=play.clock.now()).key
    secret = secret_of(key, play.tuidan.settings.secret_key)
    batch = [
        event(play, order_no, name, HOUR * n)
        for n, name in enumerate(("picked_up", "in_transit", "out_for_delivery", "delivered"), start=1)
    ]
    random.Random(4).shuffle(batch)
    batch.append(event(play, order_no, "lost", carrier="圆通"))
    batch.append(event(play, order_no, "in_transit", tracking_no="SF-unknown"))

    def send(body: object, signature: str | None = None, path: str = key) -> tuple[int, list[str]]:
        raw = json.dumps(body).encode()
        headers = {"Tuidan-Signature": signature or sign(secret, raw, play.clock.now())}
        answer = client.post(
            f"/api/webhooks/tracking/{path}", data=raw, headers=headers, content_type="application/json"
        )
        return answer.status_code, [one["result"] for one in (answer.json or {}).get("events", [])]

    assert send({"events": batch}) == (200, ["recorded"] * 4 + ["refused", "kept"])
    assert send({"events": batch}) == (200, ["known"] * 4 + ["refused", "known"])
    assert parcel(play).state == "delivered"
    assert send({"events": batch}, "t=1,v1=0")[0] == 403
    assert send({"events": []})[0] == 400
    assert send({"events": batch}, path="feed_other")[0] == 404
    with play.tuidan.transaction() as session:
        close_feed(session, key, now=play.clock.now())
    assert send({"events": batch})[0] == 404


def file_of(*rows: dict[str, str]) -> io.BytesIO:
    names = ["carrier", "tracking_no", "event", "at"]
    text = "\n".join([",".join(names), *(",".join(row[name] for name in names) for row in rows)])
    return io.BytesIO(text.encode())


def test_a_file_is_taken_whole_or_not_at_all(play: Play) -> None:
    order_no = shipped(play)
    good, late = event(play, order_no, "picked_up"), event(play, order_no, "in_transit", 2 * HOUR)
    wrong = [
        event(play, order_no, "teleported"),
        {**good, "event": "delivered", "event_id": "x", "tracking_no": "SF unknown"},
        {**good, "at": "2026-03-10"},
        {**good, "carrier": ""},
    ]

    def take(*rows: dict[str, str]) -> tuple[int, int]:
        with play.tuidan.transaction() as session:
            done = import_tracking(session, play.tuidan.engine, file_of(*rows), SYSTEM, play.clock.now())
            return done.recorded, done.known

    with pytest.raises(ImportRefused) as refused:
        take(good, *wrong)
    assert [(one.line, one.code) for one in refused.value.problems] == [
        (3, "import.not_a_choice"),
        (4, "import.not_a_code"),
        (5, "import.not_an_instant"),
        (6, "import.value_missing"),
    ]
    assert parcel(play).state == "created"
    assert take(late, good, event(play, order_no, "lost", tracking_no="SF-unknown")) == (2, 0)
    assert take(late, good) == (0, 2)
    assert parcel(play).state == "in_transit"


def test_an_offer_is_taken_with_one_click_and_once(play: Play) -> None:
    order_no = shipped(play, freight=800)
    play.wait(3 * DAY + HOUR)
    (offer,) = offers(play)
    assert (offer.reason, offer.valid_until) == ("L_DELAY", offer.offered_at + 14 * DAY)
    numbers = set()
    for _ in range(2):
        with play.tuidan.transaction() as session:
            now = play.clock.now()
            case = take_offer(
                session, play.tuidan.engine, offer.id, text="承诺已过", actor=play.buyer, now=now
            )
            numbers.add(case.case_no)
    play.work()
    (case_no,) = numbers
    view = play.view(case_no)
    assert (view.case.order_no, view.case.reason, view.case.text) == (order_no, "L_DELAY", "承诺已过")
    assert (view.case.decided_how, view.case.status) == ("automatic", "intercepting")
    assert offers(play)[0].case_no == case_no


def test_an_offer_for_damage_needs_no_photo_and_one_for_delay_ends_with_the_delivery(play: Play) -> None:
    order_no = shipped(play)
    play.wait(3 * DAY + HOUR)
    with play.tuidan.transaction() as session:
        rows = [event(play, order_no, "damaged", -HOUR), event(play, order_no, "delivered", -HOUR / 2)]
        import_tracking(session, play.tuidan.engine, file_of(*rows), SYSTEM, play.clock.now())
    play.work()
    damage, delay = offers(play)
    assert (damage.reason, damage.lapsed_at, delay.reason) == ("L_DAMAGE", None, "L_DELAY")
    assert delay.lapsed_at == play.clock.now()
    with play.tuidan.transaction() as session:
        with pytest.raises(OfferLapsed):
            take_offer(session, play.tuidan.engine, delay.id, text="", actor=play.buyer, now=play.clock.now())
        assert not damage.stands(play.clock.now() + 15 * DAY)
        case = take_offer(
            session, play.tuidan.engine, damage.id, text="", actor=play.buyer, now=play.clock.now()
        )
        assert (case.reason, case.photo_count) == ("L_DAMAGE", 0)


def test_each_limit_that_passed_in_an_outage_fires_once(play: Play) -> None:
    shipped(play)
    play.clock.advance(30 * DAY)
    play.work()
    play.work()
    assert [offer.reason for offer in offers(play)] == ["L_DELAY"]
    assert parcel(play).stalled_at is not None
    play.wait(4 * DAY)
    assert [offer.reason for offer in offers(play)] == ["L_DELAY", "L_LOST"]
    assert play.told().count("parcel_stalled") == 1
    with play.tuidan.transaction() as session:
        assert session.scalars(sa.select(CancellationCase)).all() == []


def test_of_several_parcels_those_that_were_stopped_are_refunded(play: Play) -> None:
    order_no = play.order(lines=[(5000, 3)])
    with play.tuidan.transaction() as session:
        order = session.scalars(sa.select(Order).where(Order.order_no == order_no)).one()
        order.promised_at = play.clock.now() + 2 * DAY
        for number, units in (("A", 1), ("B", 2)):
            record_shipment(
                session,
                play.tuidan.engine,
                order=order,
                carrier="顺丰",
                tracking_no=f"SF-{number}",
                shipped_at=play.clock.now(),
                units=[(1, units)],
                actor=play.seller,
                now=play.clock.now(),
            )
    play.wait(4 * DAY)
    case_no = play.ask(order_no, "L_DELAY", 3)
    assert play.view(case_no).case.status == "intercepting"

    def report(number: str, name: str) -> None:
        with play.tuidan.transaction() as session:
            row = event(play, order_no, name, -HOUR, tracking_no=f"SF-{number}")
            import_tracking(session, play.tuidan.engine, file_of(row), SYSTEM, play.clock.now())
        play.work()

    report("A", "delivered")
    assert play.view(case_no).case.status == "intercepting"
    report("B", "returned")
    ended = play.ended(case_no, "refunded", 10_000)
    line = ended.lines[0].order_line
    assert (line.quantity_cancelled, line.quantity_returned, line.quantity_live) == (2, 2, 1)
    assert play.stock() == (99, 0, 0, 0)
