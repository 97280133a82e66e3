"""A shop cancels what it can't supply: by its own reasons, once, and only where the tables let it."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from processes.cases.tables import CancellationCase
from tests.integration.web.conftest import Person, Street
from tests.integration.web.test_pages import check
from tests.jobs import run_due_work
from tests.storefront import ship

WORDS = "仓库盘点后发现这一款已经没有货了，非常抱歉。"


def form_of(person: Person, order_no: str) -> dict[str, str]:
    """The fields that the form gives to send back: its key and the first quantity."""
    text = check(person, f"/seller/orders/{order_no}/cancel")
    key, field = (
        re.search(found, text) for found in (r'name="key" value="([^"]+)"', r'name="(quantity-[^"]+)"')
    )
    assert key is not None
    assert field is not None
    return {"key": key[1], field[1]: "2"}


def send(person: Person, order_no: str, fields: dict[str, str], **changes: Any) -> TestResponse:
    given = {"choice": "buyer:B_OOS", "text": WORDS, **fields, **changes}
    return person.post(f"/seller/orders/{order_no}/cancel", given)


def cases(street: Street) -> int:
    with street.tuidan.transaction() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(CancellationCase)) or 0


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_a_shop_cancels_and_the_buyer_is_paid_back(street: Street, language: str) -> None:
    seller, buyer = street.person("seller1"), street.person("buyer1")
    for person in (seller, buyer):
        person.post("/language", {"locale": language})
    number = street.order()
    assert f"/seller/orders/{number}/cancel" in check(seller, f"/seller/orders/{number}")
    fields = form_of(seller, number)
    answers = [send(seller, number, fields) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0].location == answers[1].location
    assert cases(street) == 1
    run_due_work(street.tuidan.engine)
    done = check(seller, answers[0].location)
    assert "¥208.00" in done
    case_no = answers[0].location.rsplit("/", 1)[1]
    listed = check(seller, "/seller/decided")
    assert {"zh_CN": "店铺取消了这些商品", "en": "Cancelled by the shop"}[language] in listed
    page = check(buyer, f"/cases/{case_no}")
    assert WORDS in page
    bell = check(buyer, "/notifications")
    # He asked for nothing that could be agreed to: he reads who cancelled, why, and what comes back.
    agreed, cancelled = {
        "zh_CN": (("已同意", "同意取消"), "店铺取消了"),
        "en": (("Cancellation agreed", "Cancellation requested"), "The shop cancelled"),
    }[language]
    for text in (page, bell):
        assert cancelled in text
        assert not [words for words in agreed if words in text]
    assert "¥208.00" in bell
    assert f"/seller/orders/{number}/cancel" not in check(seller, f"/seller/orders/{number}")


def test_a_shop_has_its_own_reasons(street: Street) -> None:
    seller, number = street.person("seller1"), street.order()
    offered = re.findall(r'name="choice" value="([^"]+)"', check(seller, f"/seller/orders/{number}/cancel"))
    assert offered == ["buyer:B_OOS", "logistics:L_NOSHIP", "buyer:OTHER"]
    fields = form_of(seller, number)
    assert send(seller, number, fields, choice="buyer:B_MIND").status_code == 400
    assert send(seller, number, fields, choice="buyer:OTHER", text="缺货").status_code == 400
    quantity = next(name for name in fields if name.startswith("quantity-"))
    assert send(seller, number, fields, **{quantity: "3"}).status_code in {400, 409}
    assert send(seller, number, fields, **{quantity: "0"}).status_code == 400
    assert cases(street) == 0


def test_part_of_an_order_is_cancelled(street: Street) -> None:
    seller, number = street.person("seller1"), street.order()
    fields = form_of(seller, number)
    quantity = next(name for name in fields if name.startswith("quantity-"))
    location = send(seller, number, fields, **{quantity: "1"}, choice="logistics:L_NOSHIP").location
    run_due_work(street.tuidan.engine)
    assert "¥99.00" in check(seller, location)
    assert 'max="1"' in check(seller, f"/seller/orders/{number}/cancel")


def test_another_shops_order_looks_like_one_that_does_not_exist(street: Street) -> None:
    own, number = street.order(), street.order(buyer="buyer2", shop="shop2")
    seller = street.person("seller1")
    fields = form_of(seller, own)
    for theirs in (number, "W999999"):
        assert seller.get(f"/seller/orders/{theirs}/cancel").status_code == 404
        assert send(seller, theirs, fields).status_code == 404
    assert street.person("buyer1").get(f"/seller/orders/{own}/cancel").status_code == 403
    assert cases(street) == 0


def test_what_is_under_way_or_over_is_not_cancelled_again(street: Street) -> None:
    seller, number = street.person("seller1"), street.order()
    fields = form_of(seller, number)
    street.case(street.person("buyer1"), number)
    page = f"/seller/orders/{number}"
    answer = seller.get(f"{page}/cancel")
    assert (answer.status_code, answer.location) == (302, page)
    assert f"{page}/cancel" not in check(seller, page)
    refused = send(seller, number, fields)
    assert refused.status_code == 409
    assert cases(street) == 1


def test_a_parcel_that_has_left_is_no_longer_out_of_stock(street: Street) -> None:
    seller, number = street.person("seller1"), street.order()
    fields = form_of(seller, number)
    ship(street.tuidan, number, "picked_up")
    assert send(seller, number, fields).status_code in {400, 409}
    assert send(seller, number, fields, choice="logistics:L_NOSHIP").status_code in {400, 409}
    assert cases(street) == 0


@pytest.mark.parametrize(
    ("login", "paths"),
    [
        ("ops1", ["/operator/", "/operator/instances", "/operator/incidents", "/operator/trials"]),
        ("analyst1", ["/analyst/", "/analyst/deploy", "/analyst/processes/refund"]),
    ],
)
def test_the_place_at_the_top_is_marked_on_every_page(street: Street, login: str, paths: list[str]) -> None:
    person = street.person(login)
    for path in paths:
        nav = re.search(r'<nav class="nav".*?</nav>', person.get(path).text, re.DOTALL)
        assert nav is not None, path
        assert 'aria-current="page"' in nav[0], path
