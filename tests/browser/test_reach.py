"""Pages fit a phone, obey a keyboard, and work without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Live
from tests.browser.people import ask, human, new_order
from tests.storefront import PASSWORD, open_shops, ship

pytestmark = pytest.mark.browser

TOO_SMALL = """() =>
  [...document.querySelectorAll("main a.btn, main button, main select, .tabs a, .nav a, summary")]
    .filter((node) => node.checkVisibility() && node.getBoundingClientRect().height < 43.5)
    .map((node) => node.outerHTML.slice(0, 80))"""


@pytest.fixture(scope="module", autouse=True)
def shops(live: Live) -> None:
    open_shops(live.tuidan)


def test_no_page_is_wider_than_a_phone(browser: Browser, live: Live) -> None:
    shipped = new_order(live)
    ship(live.tuidan, shipped, "picked_up", "in_transit")
    number = new_order(live)
    with human(browser, live, "buyer1", width=390) as buyer:
        case_no = ask(buyer, number)
        paths = {
            "buyer1": [
                "/orders", f"/orders/{shipped}", f"/orders/{shipped}/cancel", "/cases", f"/cases/{case_no}",
                "/notifications", "/nowhere",
            ],
            "seller1": [
                "/seller/cases", f"/seller/cases/{case_no}", "/seller/orders", f"/seller/orders/{number}",
                "/seller/decided",
            ],
            "agent1": ["/platform/", f"/platform/cases/{case_no}"],
        }  # fmt: skip
    for login, own in paths.items():
        with human(browser, live, login, width=390) as person:
            for path in own:
                person.open(path)
                wider = person.page.evaluate(
                    "document.documentElement.scrollWidth - document.documentElement.clientWidth"
                )
                assert wider <= 0, path
                assert person.page.evaluate(TOO_SMALL) == [], path


def tab_to_button(page: Page) -> None:
    """Go on by the Tab key, past fields that may be left empty, to the form's button."""
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('main form .btn-primary')"):
            return
    pytest.fail("the button can't be reached")


def test_a_request_is_made_and_decided_by_keyboard_alone(browser: Browser, live: Live) -> None:
    number = new_order(live)
    with human(browser, live, "buyer1") as buyer:
        page = buyer.page
        page.goto(f"/orders/{number}/cancel")
        page.keyboard.press("Tab")
        expect(page.locator(".skip-link")).to_be_focused()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        while page.evaluate("document.activeElement.name") != "choice":
            page.keyboard.press("Tab")
        page.keyboard.press("Space")
        assert (
            page.evaluate("getComputedStyle(document.activeElement.closest('.choice')).outlineStyle")
            == "solid"
        )
        page.keyboard.press("Tab")
        page.keyboard.type("不需要了，谢谢。")
        tab_to_button(page)
        page.keyboard.press("Enter")
        page.wait_for_url("**/cases/*")
        case_no = page.url.rsplit("/", 1)[1]
    with human(browser, live, "seller1") as seller:
        page = seller.page
        page.goto(f"/seller/cases/{case_no}")
        page.locator("main input[type=radio]").first.focus()
        page.keyboard.press("Space")
        tab_to_button(page)
        page.keyboard.press("Enter")
        seller.sees("已提交")


def test_what_is_missing_is_pointed_out(browser: Browser, live: Live) -> None:
    with human(browser, live, "buyer1") as buyer:
        case_no = ask(buyer, new_order(live))
    with human(browser, live, "seller1") as seller:
        seller.open(f"/seller/cases/{case_no}")
        seller.choose("拒绝取消")
        seller.write("拒绝说明", "已按要求制作完成")
        seller.press("确认提交")
        summary = seller.page.locator("[data-error-summary]")
        expect(summary).to_be_focused()
        expect(seller.page.get_by_label("拒绝说明")).to_have_value("已按要求制作完成")
        expect(seller.page.get_by_label("拒绝原因")).to_have_attribute("aria-invalid", "true")


def test_everything_can_be_done_without_scripts(browser: Browser, live: Live) -> None:
    number = new_order(live)
    context = browser.new_context(base_url=live.url, locale="zh-CN", java_script_enabled=False)
    page = context.new_page()
    page.goto("/sign-in")
    page.fill("#login", "buyer1")
    page.fill("#password", PASSWORD)
    page.locator("main .btn-primary").click()
    page.goto(f"/orders/{number}/cancel")
    page.get_by_label("不想要了").check()
    page.locator("main .btn-primary").click()
    case_no = page.url.rsplit("/", 1)[1]
    assert re.fullmatch(r"C\d+", case_no)
    page.context.clear_cookies()
    page.goto("/sign-in")
    page.fill("#login", "seller1")
    page.fill("#password", PASSWORD)
    page.locator("main .btn-primary").click()
    page.goto(f"/seller/cases/{case_no}")
    page.get_by_label("同意取消，自动退款").check()
    page.locator(".card-emphasis .btn-primary").click()
    expect(page.locator("#status")).to_contain_text("已提交")
    context.close()
