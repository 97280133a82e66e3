"""A buyer shows photos with his request, in a browser on a phone; the seller looks at them."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, FilePayload, expect

from tests.browser.conftest import Live
from tests.browser.people import human, new_order, pictures
from tests.storefront import open_shops, ship

FILM = """() => new Promise(done => {
  const canvas = Object.assign(document.createElement('canvas'), { width: 160, height: 120 });
  const pen = canvas.getContext('2d'), parts = [];
  const recorder = new MediaRecorder(canvas.captureStream(25), { mimeType: 'video/webm;codecs=vp8' });
  let frame = 0;
  const draw = setInterval(() => {
    pen.fillStyle = `hsl(${frame * 9}, 80%, 50%)`;
    pen.fillRect(0, 0, 160, 120);
    if (++frame === 20) recorder.stop();
  }, 40);
  recorder.ondataavailable = event => parts.push(event.data);
  recorder.onstop = async () => {
    clearInterval(draw);
    done([...new Uint8Array(await new Blob(parts).arrayBuffer())]);
  };
  recorder.start();
})"""
"""Films a canvas for most of a second."""

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
        film = buyer.page.evaluate(FILM)
        video: FilePayload = {"name": "film.webm", "mimeType": "video/webm", "buffer": bytes(film)}
        buyer.page.set_input_files("#evidence", [*pictures("one", "two"), video])
        buyer.page.locator("form .btn-primary").click()
        buyer.page.wait_for_url(re.compile(r"/cases/C\d+"))
        expect(buyer.page.locator(".evidence img")).to_have_count(2)
        case_no = buyer.page.url.rsplit("/", 1)[1]
        drawn = "[...document.querySelectorAll('.evidence img')].every(i => i.complete && i.naturalWidth > 0)"
        buyer.page.locator(".evidence").scroll_into_view_if_needed()
        buyer.page.wait_for_function(drawn)
        # Of the video, its beginning: without playing it.
        begins = "document.querySelector('.evidence video')?.readyState >= 2"
        buyer.page.wait_for_function(begins)
        assert buyer.page.evaluate("document.querySelector('.evidence video').videoWidth") == 160
        assert buyer.page.evaluate("document.documentElement.scrollWidth") <= 390
    with human(browser, live, "seller1") as seller:
        seller.open(f"/seller/cases/{case_no}")
        expect(seller.page.locator(".evidence img")).to_have_count(2)
        with seller.page.expect_popup() as opened:
            seller.page.locator(".evidence-tile").first.click()
        opened.value.wait_for_load_state()
        assert opened.value.evaluate("document.images[0].naturalWidth") == 900
