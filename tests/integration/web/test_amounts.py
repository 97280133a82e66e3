"""Why this amount: shown before asking, while it is decided and afterwards, in every currency."""

from __future__ import annotations

import io

import pytest

from engine import SYSTEM
from processes.importing.orders import import_orders
from tests.integration.web.conftest import Person, Street
from tests.integration.web.test_pages import check, task_of
from tests.jobs import run_due_work

HEADER = (
    "order_no,shop,buyer_login,buyer_name,placed_at,currency,freight,discount,payments,paid_at,"
    "line_no,sku,title,category,unit_price,quantity\n"
)


def imported(street: Street, order_no: str, currency: str, freight: str, discount: str, paid: str) -> str:
    """An order of three units at 100 of a currency, by CSV, paid by two tenders."""
    text = HEADER + (
        f"{order_no},shop1,buyer1,王芳,2026-03-09T12:00:00+08:00,{currency},{freight},{discount},"
        f"wechat W{order_no} {paid}; balance B{order_no} 50,2026-03-09T12:01:00+08:00,"
        f"1,SK-{currency},茶杯,home,100,3\n"
    )
    with street.tuidan.transaction() as session:
        stream = io.BytesIO(text.encode())
        import_orders(session, street.tuidan.engine, stream, SYSTEM, street.tuidan.clock.now())
    return order_no


def estimate(street: Street, person: Person, order_no: str, quantity: str, choice: str) -> str:
    field = street.line_field(person, order_no)
    query = {field: quantity, "choice": choice}
    answer = person.get(f"/orders/{order_no}/cancel/estimate", query_string=query)
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize(
    ("currency", "freight", "discount", "paid", "two_units", "everything", "share"),
    [
        # 300 − 100 + 7: two units of three come to floor(200 × 2 ÷ 3).
        ("JPY", "7", "100", "157", "¥133", "¥207", "¥101"),
        ("KWD", "7.005", "100.001", "157.004", "133.332", "207.004", "101.127"),
    ],
)
def test_amounts_of_every_currency_from_the_file_to_the_refund(
    street: Street,
    currency: str,
    freight: str,
    discount: str,
    paid: str,
    two_units: str,
    everything: str,
    share: str,
) -> None:
    buyer, seller, agent = (street.person(login) for login in ("buyer1", "seller1", "agent1"))
    for person in (buyer, seller, agent):
        person.post("/language", {"locale": "en"})
    number = imported(street, f"X{currency}", currency, freight, discount, paid)
    assert everything in check(buyer, f"/orders/{number}")
    assert two_units in estimate(street, buyer, number, "2", "buyer:B_MIND")
    assert everything in estimate(street, buyer, number, "3", "buyer:B_MIND")
    field = street.line_field(buyer, number)
    location = street.request(buyer, number, **{field: "2"}).location
    case_no = location.rsplit("/", 1)[1]
    for person, path in ((buyer, "/cases/"), (seller, "/seller/cases/"), (agent, "/platform/cases/")):
        page = check(person, f"{path}{case_no}")
        assert "Refund, if it is agreed" in page
        assert "2 of 3 units" in page
        assert two_units in page
        assert "other goods of the order are still to be delivered" in page
    path = f"/seller/cases/{case_no}/tasks/{task_of(street, case_no)}"
    assert seller.post(path, {"decision": "agree"}).status_code == 302
    run_due_work(street.tuidan.engine)
    for person, path in ((buyer, "/cases/"), (seller, "/seller/cases/"), (agent, "/platform/cases/")):
        page = check(person, f"{path}{case_no}")
        assert "Refund, if it is agreed" not in page
        assert f"{two_units}" in page
        assert share in page
        assert "in proportion to what is left of it" in page


def test_an_estimate_names_what_is_missing_and_belongs_to_its_people(street: Street) -> None:
    buyer, stranger, seller = (street.person(login) for login in ("buyer1", "buyer2", "seller1"))
    number = street.order()
    assert "请选择一个取消原因" in estimate(street, buyer, number, "1", "")
    assert "¥" not in estimate(street, buyer, number, "0", "buyer:B_MIND")
    assert "¥" not in estimate(street, buyer, number, "999999", "buyer:B_MIND")
    assert "¥99.00" in estimate(street, buyer, number, "1", "buyer:B_MIND")
    assert "¥208.00" in estimate(street, buyer, number, "2", "buyer:B_MIND")
    assert stranger.get(f"/orders/{number}/cancel/estimate").status_code == 404
    path = f"/seller/orders/{number}/cancel/estimate"
    field = street.line_field(buyer, number)
    shown = seller.get(path, query_string={field: "1", "choice": "buyer:B_OOS"}).text
    # The shop is at fault, so that all freight goes back with the first unit.
    assert "¥109.00" in shown


def test_nothing_to_pay_back_is_explained_too(street: Street) -> None:
    buyer = street.person("buyer1")
    buyer.post("/language", {"locale": "en"})
    number = street.order(paid_minutes_ago=None)
    page = check(buyer, f"/cases/{street.case(buyer, number)}")
    assert "No more than what is left of what was paid: CN¥0.00 in place of CN¥208.00" in page


def test_a_buyer_sees_the_coupon_that_came_back(street: Street) -> None:
    buyer, seller, stranger = (street.person(login) for login in ("buyer1", "seller1", "buyer2"))
    text = HEADER + (
        "V1,shop1,buyer1,王芳,2026-03-09T12:00:00+08:00,CNY,0,0,"
        "wechat W1 70; coupon CP7 30 2026-12-31T23:59:59+08:00,2026-03-09T12:01:00+08:00,"
        "1,SK-V,茶杯,home,100,1\n"
    )
    with street.tuidan.transaction() as session:
        stream = io.BytesIO(text.encode())
        import_orders(session, street.tuidan.engine, stream, SYSTEM, street.tuidan.clock.now())
    shown = estimate(street, buyer, "V1", "1", "buyer:B_MIND")
    assert "CP7" in shown
    assert "优惠券退回，有效期不变" in shown
    assert "没有可用的券或积分" in check(buyer, "/wallet")
    field = street.line_field(buyer, "V1")
    case_no = street.request(buyer, "V1", **{field: "1"}).location.rsplit("/", 1)[1]
    seller.post(f"/seller/cases/{case_no}/tasks/{task_of(street, case_no)}", {"decision": "agree"})
    run_due_work(street.tuidan.engine)
    page = check(buyer, "/wallet")
    assert "¥30.00" in page
    assert f"/cases/{case_no}" in page
    assert "CP7" not in check(stranger, "/wallet")
    assert seller.get("/wallet").status_code == 403
