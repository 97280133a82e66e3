"""Files of tracking events on the pages of sellers and operators."""

from __future__ import annotations

import html
import io
import re

import pytest
from werkzeug.test import TestResponse

from tests.integration.web.conftest import Person, Street
from tests.integration.web.test_pages import check
from tests.storefront import ship

CONTENT = re.compile(r'name="content" value="([^"]*)"')
HEADER = "carrier,tracking_no,event,at,event_id,place\n"
AT = "2026-03-10T12:00:00+08:00"


def send(person: Person, page: str, text: bytes) -> TestResponse:
    data = {"file": (io.BytesIO(text), "物流.csv")}
    return person.post(page, data, content_type="multipart/form-data")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_file_is_looked_at_and_then_brought_in_once(street: Street, encoding: str) -> None:
    seller, operator = street.person("seller1"), street.person("ops1")
    own, others = street.order(), street.order(shop="shop2")
    for number in (own, others):
        ship(street.tuidan, number)
    rows = (
        f"顺丰速运,SF{own},in_transit,{AT},1,杭州\n"
        f"顺丰速运,SF{others},lost,{AT},2,\n"
        f"顺丰速运,SF0000,picked_up,{AT},3,\n"
        f"顺丰速运,SF{own},vanished,{AT},4,\n"
        f"顺丰速运,SF{own},delivered,明天,5,\n"
    )
    text = (HEADER + rows).encode(encoding)
    shown = send(seller, "/seller/tracking", text)
    assert shown.status_code == 200
    assert "杭州" not in check(seller, f"/seller/orders/{own}")
    found = CONTENT.search(shown.text)
    assert found is not None
    sent = {"name": "物流.csv", "content": html.unescape(found[1])}
    for _ in range(2):
        assert seller.post("/seller/tracking/take", sent).status_code == 200
    assert check(seller, f"/seller/orders/{own}").count("杭州") == 1
    other = street.person("seller2")
    assert "包裹丢失" not in check(other, f"/seller/orders/{others}")
    page = check(seller, "/seller/tracking")
    # What isn't the shop's looks like what isn't known.
    assert "SF0000" in page
    assert f"SF{others}" in page
    assert "SF0000" not in check(other, "/seller/tracking")
    assert "SF0000" in check(operator, "/operator/tracking")
    check(operator, "/operator/tracking?show=expired")
    assert CONTENT.search(send(operator, "/operator/tracking", text).text)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_a_file_that_is_none_is_refused_with_what_to_do(street: Street, language: str) -> None:
    seller = street.person("seller1")
    seller.post("/language", {"locale": language})
    wrong = (b"", b"\xff\xfe\x00", b"a,b\n1,2\n", b"x" * 300_000, HEADER.encode() + b"x,y\n" * 600)
    for text in wrong:
        assert send(seller, "/seller/tracking", text).status_code == 400
    assert seller.post("/seller/tracking", {}).status_code == 400
    assert seller.post("/seller/tracking/take", {"content": "*"}).status_code == 400
    assert send(seller, "/seller/tracking", HEADER.encode() + b'"x\n').status_code == 400
    assert send(seller, "/seller/tracking", HEADER.encode() + b"x,y\n").status_code == 200
    assert street.person("buyer1").get("/seller/tracking").status_code == 403
