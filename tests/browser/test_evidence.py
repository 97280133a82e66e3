"""A buyer shows photos with his request, in a browser on a phone; the seller looks at them."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Live
from tests.browser.people import human, new_order, pictures
from tests.storefront import open_shops, ship

pytestmark = pytest.mark.browser


def test_photos_go_with_a_request_and_both_sides_see_them(browser: Browser, live: Live) -> None:
    open_shops(live.tuidan)
    order_no = new_order(live)
    ship(live.tuidan, order_no, "delivered")
    with human(browser, live, "buyer1", width=390) as buyer:
        buyer.open(f"/orders/{order_no}/cancel")
        buyer.choose("商品质量不合格")
        expect(buyer.page.locator("#estimate")).to_contain_text("¥208.00")
        buyer.page.fill("#text", "袖口开线，无法穿着")
        buyer.page.locator("form .btn-primary").click()
        expect(buyer.page.get_by_role("alert")).to_contain_text("至少 1 张照片，目前有 0 张")
        buyer.page.set_input_files("#evidence", pictures("one", "two"))
        buyer.page.locator("form .btn-primary").click()
        buyer.page.wait_for_url(re.compile(r"/cases/C\d+"))
        expect(buyer.page.locator(".evidence img")).to_have_count(2)
        case_no = buyer.page.url.rsplit("/", 1)[1]
        drawn = "[...document.querySelectorAll('.evidence img')].every(i => i.complete && i.naturalWidth > 0)"
        buyer.page.locator(".evidence").scroll_into_view_if_needed()
        buyer.page.wait_for_function(drawn)
        assert buyer.page.evaluate("document.documentElement.scrollWidth") <= 390
    with human(browser, live, "seller1") as seller:
        seller.open(f"/seller/cases/{case_no}")
        expect(seller.page.locator(".evidence img")).to_have_count(2)
        with seller.page.expect_popup() as opened:
            seller.page.locator(".evidence-tile").first.click()
        opened.value.wait_for_load_state()
        assert opened.value.evaluate("document.images[0].naturalWidth") == 900
