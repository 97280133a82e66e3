"""Offers on the pages of both sides, carried out by the product's own diagrams."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from werkzeug.test import TestResponse

from engine.clock import FixedClock
from engine.tables import UserTask
from processes.cases.tables import CancellationCase
from processes.money.tables import Refund
from processes.offers.tables import CaseOffer, Exchange
from processes.orders.tables import OrderLine
from processes.shipping.tables import Shipment
from tests.integration.web.conftest import Person, Street
from tests.storefront import ship

HOUR = dt.timedelta(hours=1)
AMOUNT = {"decision": "offer", "offer_kind": "amount", "offer_amount": "25.00", "offer_text": "补您差价。"}
EXCHANGE = {"decision": "offer", "offer_kind": "exchange", "offer_text": "给您寄一件新的，旧的不用寄回。"}
EXPECT = {"choice": "product:Q_EXPECT", "text": "尺码不合适"}


def answer(person: Person, page: str, form: dict[str, Any]) -> TestResponse:
    task = re.search(rf"{page}/tasks/[0-9a-f-]+", person.get(page).text)
    assert task is not None, page
    return person.post(task[0], form)


def offer(street: Street, case_no: str, form: dict[str, Any]) -> TestResponse:
    return answer(street.person("seller1"), f"/seller/cases/{case_no}", form)


def reply(street: Street, case_no: str, what: str) -> TestResponse:
    return answer(street.person("buyer1"), f"/cases/{case_no}", {"offer_answer": what})


def delivered(street: Street) -> str:
    order_no = street.order()
    ship(street.tuidan, order_no, "delivered")
    sent = street.request(street.person("buyer1"), order_no, **EXPECT)
    assert sent.status_code == 302, sent.text
    return str(sent.location.rsplit("/", 1)[1])


def case_of(street: Street, case_no: str) -> CancellationCase:
    with street.tuidan.transaction() as session:
        return session.get_one(CancellationCase, case_no)


def due(street: Street, case_no: str) -> dt.timedelta:
    with street.tuidan.transaction() as session:
        task = session.scalars(sa.select(UserTask).where(UserTask.business_key == case_no)).one()
        assert task.element_id == "task_review_request"
        assert task.due_at is not None
        return task.due_at - street.tuidan.clock.now()


def test_an_accepted_amount_is_refunded_and_the_goods_are_kept(
    street: Street, work: Callable[[], int]
) -> None:
    buyer = street.person("buyer1")
    order_no = street.order()
    case_no = street.case(buyer, order_no)
    page = street.person("seller1").get(f"/seller/cases/{case_no}").text
    assert "退部分款，买家保留商品" in page
    assert 'value="exchange"' not in page, "what was not shipped can't be exchanged"
    assert offer(street, case_no, AMOUNT).status_code == 302
    assert case_of(street, case_no).held
    shown = buyer.get(f"/cases/{case_no}").text
    assert "¥25.00" in shown
    assert "补您差价。" in shown
    assert reply(street, case_no, "accept").status_code == 302
    assert not case_of(street, case_no).held
    work()
    case = case_of(street, case_no)
    assert (case.outcome, case.agreed_amount, case.refunded) == ("settled", 2500, 2500)
    assert (case.decision, case.decided_how) == ("agree", "offer")
    page = buyer.get(f"/cases/{case_no}").text
    assert "协商了结：退部分款，买家保留商品" in page
    assert "买家接受了卖家的方案" in page
    with street.tuidan.transaction() as session:
        assert session.scalars(sa.select(Refund.amount)).all() == [2500]
        line = session.scalars(sa.select(OrderLine)).one()
        assert (line.quantity_live, line.quantity_held) == (2, 0)
    # What is settled can't be asked for again.
    assert buyer.get(f"/orders/{order_no}/cancel").status_code in {302, 409}


def test_a_declined_offer_gives_the_request_back_with_the_time_that_was_left(
    street: Street, clock: FixedClock, work: Callable[[], int]
) -> None:
    case_no = delivered(street)
    clock.advance(10 * HOUR)
    assert offer(street, case_no, AMOUNT).status_code == 302
    clock.advance(40 * HOUR)
    work()
    assert reply(street, case_no, "decline").status_code == 302
    assert due(street, case_no) == 38 * HOUR
    assert "至少 12 小时；还可提 1 次方案" in street.person("seller1").get(f"/seller/cases/{case_no}").text
    clock.advance(37 * HOUR)
    work()
    assert offer(street, case_no, EXCHANGE).status_code == 302
    # Nobody answers: the seller gets the least that the table gives, and can only agree or refuse.
    clock.advance(48 * HOUR)
    work()
    assert due(street, case_no) == 12 * HOUR
    page = street.person("seller1").get(f"/seller/cases/{case_no}").text
    assert 'value="offer"' not in page
    refused = offer(street, case_no, AMOUNT)
    assert refused.status_code == 400
    assert "最多可提 2 次方案" in refused.text
    clock.advance(12 * HOUR)
    work()
    assert case_of(street, case_no).decided_how == "timeout"
    with street.tuidan.transaction() as session:
        answers = session.scalars(sa.select(CaseOffer.answer).order_by(CaseOffer.number)).all()
    assert answers == ["declined", "lapsed"]


def test_an_exchange_closes_the_case_once_its_parcel_is_on_the_way(street: Street) -> None:
    case_no = delivered(street)
    offer(street, case_no, EXCHANGE)
    reply(street, case_no, "accept")
    assert case_of(street, case_no).status == "exchanging"
    seller = street.person("seller1")
    assert "寄出换货商品" in seller.get("/seller/").text
    form = {"carrier": "顺丰速运", "tracking_no": "SF77001"}
    assert answer(seller, f"/seller/cases/{case_no}", form).status_code == 302
    case = case_of(street, case_no)
    assert (case.outcome, case.refunded) == ("exchanged", 0)
    page = street.person("buyer1").get(f"/cases/{case_no}").text
    assert "SF77001" in page
    assert "旧的不用寄回" in page
    with street.tuidan.transaction() as session:
        assert session.get_one(Exchange, case_no).tracking_no == "SF77001"
        parcels = session.execute(sa.select(Shipment.direction, Shipment.case_no)).all()
    assert ("exchange", case_no) in [tuple(parcel) for parcel in parcels]


def test_an_exchange_that_is_not_sent_in_time_is_an_agreement(
    street: Street, clock: FixedClock, work: Callable[[], int]
) -> None:
    case_no = delivered(street)
    offer(street, case_no, EXCHANGE)
    reply(street, case_no, "accept")
    clock.advance(72 * HOUR)
    work()
    case = case_of(street, case_no)
    assert (case.decision, case.decided_how, case.status) == ("agree", "timeout", "awaiting_return")


def test_an_accepted_return_comes_before_the_refund(street: Street) -> None:
    case_no = delivered(street)
    offer(street, case_no, {**AMOUNT, "offer_kind": "return_first"})
    reply(street, case_no, "accept")
    assert case_of(street, case_no).status == "awaiting_return"


def test_an_offer_that_does_not_fit_is_said_at_its_field(street: Street) -> None:
    buyer = street.person("buyer1")
    case_no = street.case(buyer, street.order())
    for amount in ("208.00", "0", "999999"):
        refused = offer(street, case_no, {**AMOUNT, "offer_amount": amount})
        assert refused.status_code == 400
        assert "退款金额须在 0.01 到 207.99（CNY）之间" in refused.text
        assert re.search(r'value="offer"\s+checked\s+required', refused.text), "what was chosen is kept"
    assert offer(street, case_no, EXCHANGE).status_code == 400
    with street.tuidan.transaction() as session:
        assert session.scalars(sa.select(CaseOffer)).all() == []
    assert due(street, case_no) == 48 * HOUR


def test_a_refusal_is_delivered_read_and_its_lapse_says_so(
    street: Street, clock: FixedClock, work: Callable[[], int]
) -> None:
    buyer, seller = street.person("buyer1"), street.person("seller1")
    first, second = (street.case(buyer, street.order()) for _ in range(2))
    for case_no in (first, second):
        refusal = {"decision": "refuse", "refusal_code": "CUSTOM_MADE", "explanation": "已经裁剪。"}
        assert offer(street, case_no, refusal).status_code == 302
    page = seller.get(f"/seller/cases/{first}").text
    assert "送达买家：3月10日 12:00" in page
    assert "未读" in page
    clock.advance(HOUR)
    assert "已经裁剪。" in buyer.get(f"/cases/{first}").text
    clock.advance(HOUR)
    buyer.get(f"/cases/{first}")
    assert "首次查看：3月10日 13:00" in seller.get(f"/seller/cases/{first}").text
    clock.advance(dt.timedelta(days=7))
    work()
    pages = [seller.get(f"/seller/cases/{case_no}").text for case_no in (first, second)]
    assert "买家查看了拒绝说明，逾期未回应" in pages[0]
    assert "拒绝说明已送达，买家逾期未查看也未回应" in pages[1]
    assert all("回应时限已于" in page for page in pages)
    assert "您逾期未回应，按拒绝结案" in buyer.get("/notifications").text
