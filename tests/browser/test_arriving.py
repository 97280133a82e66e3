"""A visitor meets a sign-in page in his own language, and no page without a sign-in."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Live

pytestmark = pytest.mark.browser


def test_a_visitor_is_asked_to_sign_in_in_chinese(page: Page) -> None:
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.locator("input[type=password]")).to_be_visible()


def test_a_visitor_whose_browser_is_english_reads_english(browser: Browser, live: Live) -> None:
    context = browser.new_context(base_url=live.url, locale="en-GB")
    page = context.new_page()
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    context.close()
