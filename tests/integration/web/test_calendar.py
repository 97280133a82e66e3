"""A shop's closed days, from its page to the deadline of a case."""

from __future__ import annotations

import datetime as dt
import re

from engine.actors import SYSTEM
from engine.clock import FixedClock
from tests.integration.web.conftest import Street
from webapp.bundles import read_bundle


def _shop_field(street: Street) -> str:
    found = re.search(
        r'name="shop" value="([0-9a-f-]+)"', street.person("seller1").get("/seller/calendar").text
    )
    assert found is not None
    return found[1]


def _in_working_days(street: Street) -> None:
    files = read_bundle(street.tuidan.settings.bpmn_dir)
    files["cancellation_limits.dmn"] = files["cancellation_limits.dmn"].replace('"PT48H"', '"P2BD"')
    with street.tuidan.transaction() as session:
        street.tuidan.engine.deploy(session, files, actor=SYSTEM, note="working days")


def test_a_year_that_nobody_knows_yet_is_said_to_buyer_and_seller(street: Street, clock: FixedClock) -> None:
    _in_working_days(street)
    # Of 2026 the arrangement is known, of 2040 it can't be.
    clock.advance(dt.datetime(2040, 3, 12, tzinfo=dt.UTC) - clock.now())
    case_no = street.case(street.person("buyer1"), street.order())
    for login, page in (("buyer1", f"/cases/{case_no}"), ("seller1", f"/seller/cases/{case_no}")):
        shown = street.person(login).get(page).text
        assert "3月15日 00:00" in shown
        assert "2040 年的放假安排当时尚未公布" in shown


def test_a_closed_day_moves_the_deadlines_that_begin_later(street: Street, clock: FixedClock) -> None:
    _in_working_days(street)
    seller, shop = street.person("seller1"), _shop_field(street)
    before = street.case(street.person("buyer1"), street.order())
    # It is Tuesday, 10 March 2026.
    assert "3月13日 00:00" in seller.get(f"/seller/cases/{before}").text
    assert seller.post("/seller/calendar", {"shop": shop, "day": "2026-03-13"}).status_code == 302
    assert "2026年3月13日" in seller.get("/seller/calendar").text
    clock.advance(dt.timedelta(days=2))
    after = street.case(street.person("buyer2"), street.order(buyer="buyer2"))
    page = seller.get(f"/seller/cases/{after}").text
    assert "3月18日 00:00" in page
    assert "不计入：3月13日、3月14日、3月15日" in page


def test_only_its_own_sellers_close_a_shop_and_only_in_time(street: Street) -> None:
    seller, shop = street.person("seller1"), _shop_field(street)
    path = "/seller/calendar"
    assert street.person("seller2").post(path, {"shop": shop, "day": "2026-03-20"}).status_code == 404
    assert street.person("buyer1").post(path, {"shop": shop, "day": "2026-03-20"}).status_code == 403
    for day in ("2026-03-11", "2025-03-20", "tomorrow", ""):
        assert seller.post(path, {"shop": shop, "day": day}).status_code in (400, 422)
    assert seller.post(path, {"shop": shop, "day": "2026-03-20"}).status_code == 302
    assert seller.post(path, {"shop": shop, "day": "2026-03-20"}).status_code == 302
    assert seller.post(path, {"shop": shop, "day": "2026-03-20", "action": "open"}).status_code == 302
    assert "2026年3月20日" not in seller.get(path).text
