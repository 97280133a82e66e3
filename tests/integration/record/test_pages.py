"""The record on the pages of the shop and of the platform."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from engine.clock import FixedClock
from processes.record.counting import keep_counted
from tests.integration.offers.test_offers import answer
from tests.integration.ratings.test_ratings import ended, rate
from tests.integration.web.conftest import Street


def test_a_shop_sees_its_record_and_the_platform_all_sorted(
    street: Street, clock: FixedClock, work: Callable[[], int]
) -> None:
    buyer, seller = street.person("buyer1"), street.person("seller1")
    refused = street.case(buyer, street.order())
    late = street.case(buyer, street.order())
    clock.advance(dt.timedelta(hours=3))
    refusal = {"decision": "refuse", "refusal_code": "CUSTOM_MADE", "explanation": "已经裁剪。"}
    answer(seller, f"/seller/cases/{refused}", refusal)
    rate(buyer, ended(street, work), "4")
    ended(street, work, buyer="buyer2", shop="shop2")
    clock.advance(dt.timedelta(hours=45))
    work()
    assert "尚未统计" in seller.get("/record/").text
    keep_counted(street.tuidan.transaction, clock.now())
    page = seller.get("/record/").text
    for text in ("共 2 次答复", "2 次决定中的 1 次", "3 个申请中的 1 个", "33.3%", "50.0%", "4.00"):
        assert text in page, text
    assert "怎么算的" in page
    assert page.count('<svg viewBox="0 0 360 180"') == 6
    assert "趋势数据表" in page
    assert late not in page
    agent = street.person("agent1")
    shops = agent.get("/record/?sort=overrun&days=90").text
    assert shops.index("店铺1") < shops.index("店铺2")
    shops = agent.get("/record/?sort=approval").text
    assert shops.index("店铺1") < shops.index("店铺2")
    assert "店铺1 的记录" in agent.get("/record/shop1?days=90").text
    assert agent.get("/record/none").status_code == 404
    assert seller.get("/record/shop2").status_code == 403
    # Another shop's name in the address shows one's own.
    assert "店铺1 的记录" in seller.get("/record/?shop=shop2&days=7&sort=x").text
    assert buyer.get("/record/").status_code == 403
    for strange in ("/record/?page=999999999", "/record/?page=x&sort=;drop&days=-1"):
        assert agent.get(strange).status_code == 200
