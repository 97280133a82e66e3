"""People in front of browsers of their own: they sign in, read pages, and press what they see."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.browser.conftest import Live
from tests.pictures import photo
from tests.storefront import PASSWORD, place

PATIENCE_SECONDS = 45
_numbers = itertools.count(1)


@dataclass
class Human:
    """Somebody who has signed in."""

    page: Page
    errors: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        """Go to a page."""
        self.page.goto(path)

    def press(self, name: str) -> None:
        """Press a button by its words."""
        self.page.get_by_role("button", name=name, exact=True).first.click()

    def choose(self, label: str) -> None:
        """Pick a choice by its words."""
        self.page.get_by_label(label).first.check()

    def write(self, label: str, text: str) -> None:
        """Fill in a field."""
        self.page.get_by_label(label).first.fill(text)

    def sees(self, text: str) -> None:
        """Wait until a page, read again and again, shows a text."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self.page.locator("main").get_by_text(text).count() == 0:
            assert time.monotonic() < deadline, self.page.locator("main").inner_text()
            self.page.wait_for_timeout(300)
            self.page.reload()
        expect(self.page.locator("main").get_by_text(text).first).to_be_visible()


@contextmanager
def human(browser: Browser, live: Live, login: str, *, width: int = 1280) -> Iterator[Human]:
    """Sign somebody in by the form, in a browser of his own."""
    context = browser.new_context(
        base_url=live.url,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        viewport={"width": width, "height": 844},
    )
    page = context.new_page()
    somebody = Human(page=page)
    page.on("pageerror", lambda error: somebody.errors.append(str(error)))
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/sign-in")
    page.fill("#login", login)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    expect(page.locator("details.menu .menu-name")).to_be_visible()
    yield somebody
    context.close()
    assert somebody.errors == []


def new_order(live: Live, **details: int | str | None) -> str:
    """Place an order and return its number."""
    return place(live.tuidan, f"B{next(_numbers):06d}", **details)  # type: ignore[arg-type]


def pictures(*labels: str) -> list[FilePayload]:
    """Photos, as a person picks them from his own."""
    return [
        {"name": f"{label}.jpg", "mimeType": "image/jpeg", "buffer": photo(label, size=(900, 700))}
        for label in labels
    ]


def ask(buyer: Human, order_no: str, reason: str = "不想要了", text: str = "", photos: int = 0) -> str:
    """Ask for the cancellation of an order by its pages, and return the case's number."""
    buyer.open(f"/orders/{order_no}")
    buyer.page.get_by_role("link", name=re.compile("^(申请取消|取消订单)$")).click()
    buyer.choose(reason)
    buyer.page.fill("#text", text)
    if photos:
        buyer.page.set_input_files("#evidence", pictures(*(f"{order_no}-{n}" for n in range(photos))))
    buyer.page.locator("form .btn-primary").click()
    buyer.page.wait_for_url("**/cases/*")
    return buyer.page.url.rsplit("/", 1)[1].split("?")[0]
