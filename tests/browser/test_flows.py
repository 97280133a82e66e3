"""Each flow as people play it, in browsers, against the running product and its worker."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from engine.demo_clock import DemoClock
from tests.browser.conftest import Live
from tests.browser.people import Human, ask, human, new_order
from tests.storefront import open_shops, ship

pytestmark = pytest.mark.browser

# The words of a task, apart from those of the conversation beside it.
TASK_TEXT = "main form[action*='/tasks/'] textarea:visible"


@pytest.fixture(scope="module", autouse=True)
def shops(live: Live) -> None:
    open_shops(live.tuidan)


@pytest.fixture
def buyer(browser: Browser, live: Live) -> Iterator[Human]:
    with human(browser, live, "buyer1") as person:
        yield person


@pytest.fixture
def seller(browser: Browser, live: Live) -> Iterator[Human]:
    with human(browser, live, "seller1") as person:
        yield person


@pytest.fixture
def agent(browser: Browser, live: Live) -> Iterator[Human]:
    with human(browser, live, "agent1") as person:
        yield person


def refuse(seller: Human, case_no: str) -> None:
    seller.open(f"/seller/cases/{case_no}")
    expect(seller.page.get_by_label("拒绝原因")).to_be_hidden()
    seller.choose("拒绝取消")
    seller.page.get_by_label("拒绝原因").select_option("CUSTOM_MADE")
    seller.write("拒绝说明", "这件大衣按您的尺寸定做，已经裁剪。")
    seller.press("确认提交")


def forward(live: Live, by: dt.timedelta) -> None:
    assert isinstance(live.tuidan.clock, DemoClock)
    live.tuidan.clock.forward(by)


def test_a_request_is_agreed_and_refunded(live: Live, buyer: Human, seller: Human) -> None:
    number = new_order(live)
    case_no = ask(buyer, number)
    buyer.sees("等待卖家：审核取消申请")
    expect(buyer.page.locator("[data-countdown]").first).to_contain_text("还剩 1 天 23 小时")
    seller.open("/seller/cases")
    seller.page.get_by_role("link", name=f"申请 {case_no} 的详情").click()
    seller.choose("同意取消")
    seller.press("确认提交")
    seller.sees("已提交")
    buyer.open(f"/cases/{case_no}")
    buyer.sees("已取消并退款")
    buyer.page.get_by_text("为什么是这个金额？").click()
    expect(buyer.page.locator("details[open] .total").last).to_have_text("¥208.00")
    buyer.open(f"/orders/{number}")
    expect(buyer.page.locator(".page-head .chip")).to_have_text("已取消")


def test_a_refusal_is_accepted(live: Live, buyer: Human, seller: Human) -> None:
    case_no = ask(buyer, new_order(live))
    refuse(seller, case_no)
    buyer.open(f"/cases/{case_no}")
    buyer.sees("这件大衣按您的尺寸定做，已经裁剪。")
    buyer.choose("接受")
    buyer.press("确认提交")
    buyer.sees("买家接受了拒绝")


def test_a_refusal_is_escalated_and_ruled_on(live: Live, buyer: Human, seller: Human, agent: Human) -> None:
    case_no = ask(buyer, new_order(live))
    refuse(seller, case_no)
    buyer.open(f"/cases/{case_no}")
    buyer.sees("查看拒绝说明")
    buyer.choose("平台介入")
    buyer.page.locator(TASK_TEXT).fill("页面上没有写明是定制商品。")
    buyer.press("确认提交")
    buyer.sees("平台介入中")
    buyer.page.locator(TASK_TEXT).fill("请看商品页面截图。")
    buyer.press("确认提交")
    seller.open(f"/seller/cases/{case_no}")
    seller.sees("卖家补充说明")
    seller.page.locator(TASK_TEXT).fill("下单前已在聊天中说明。")
    seller.press("确认提交")
    agent.open("/platform/")
    agent.sees(case_no)
    agent.page.get_by_role("link", name=f"申请 {case_no} 的详情").click()
    for words in ("页面上没有写明是定制商品。", "请看商品页面截图。", "下单前已在聊天中说明。"):
        expect(agent.page.locator("blockquote").get_by_text(words)).to_be_visible()
    agent.choose("支持买家")
    agent.write("裁决理由", "商品页面未标明定制，支持买家。")
    agent.page.locator("main select:visible").first.select_option(index=1)
    agent.press("确认提交")
    for person, page in ((buyer, f"/cases/{case_no}"), (seller, f"/seller/cases/{case_no}")):
        person.open(page)
        person.sees("商品页面未标明定制，支持买家。")
        person.choose("接受裁决")
        person.press("确认提交")
    buyer.open(f"/cases/{case_no}")
    buyer.sees("已取消并退款")
    buyer.sees("商品页面未标明定制，支持买家。")


def test_an_offer_is_accepted_on_a_phone(browser: Browser, live: Live, seller: Human) -> None:
    with human(browser, live, "buyer1", width=390) as buyer:
        case_no = ask(buyer, new_order(live))
        seller.open(f"/seller/cases/{case_no}")
        expect(seller.page.get_by_label("方案说明")).to_be_hidden()
        seller.choose("另提方案")
        seller.choose("退部分款，买家保留商品")
        seller.write("退款金额", "25.00")
        seller.write("方案说明", "补您差价，大衣留着穿。")
        seller.press("确认提交")
        buyer.open(f"/cases/{case_no}")
        buyer.sees("补您差价，大衣留着穿。")
        expect(buyer.page.locator(".offer-open")).to_contain_text("¥25.00")
        assert_fits(buyer)
        buyer.choose("接受卖家的方案")
        buyer.press("确认提交")
        buyer.sees("协商了结")
        assert_fits(buyer)
    seller.open(f"/seller/cases/{case_no}")
    seller.sees("买家接受了卖家的方案")


def test_a_ruling_is_appealed_and_ruled_on_again(
    browser: Browser, live: Live, buyer: Human, seller: Human, agent: Human
) -> None:
    case_no = ask(buyer, new_order(live))
    refuse(seller, case_no)
    buyer.open(f"/cases/{case_no}")
    buyer.sees("查看拒绝说明")
    buyer.choose("平台介入")
    buyer.page.locator(TASK_TEXT).fill("页面上没有写明是定制商品。")
    buyer.press("确认提交")
    speak(buyer, f"/cases/{case_no}", "平台介入中", "没有定制。")
    speak(seller, f"/seller/cases/{case_no}", "卖家补充说明", "下单前已说明。")
    rule(agent, case_no, "支持买家", "商品页面未标明定制。")
    buyer.open(f"/cases/{case_no}")
    buyer.sees("商品页面未标明定制。")
    buyer.choose("接受裁决")
    buyer.press("确认提交")
    seller.open(f"/seller/cases/{case_no}")
    seller.sees("商品页面未标明定制。")
    seller.choose("申诉")
    seller.page.locator(TASK_TEXT).fill("聊天记录里买家确认了尺寸。")
    seller.press("确认提交")
    speak(seller, f"/seller/cases/{case_no}", "聊天记录里买家确认了尺寸。", "附聊天记录。")
    speak(buyer, f"/cases/{case_no}", "聊天记录里买家确认了尺寸。", "那不是定制。")
    with human(browser, live, "senior1") as senior:
        rule(senior, case_no, "支持卖家", "聊天记录写明了定制。")
    for person, page in ((buyer, f"/cases/{case_no}"), (seller, f"/seller/cases/{case_no}")):
        person.open(page)
        person.sees("聊天记录写明了定制。")
        person.sees("商品页面未标明定制。")
    expect(buyer.page.locator("main form[action*='/tasks/']")).to_have_count(0)


def speak(person: Human, page: str, when: str, words: str) -> None:
    person.open(page)
    person.sees(when)
    person.page.locator(TASK_TEXT).fill(words)
    person.press("确认提交")


def rule(agent: Human, case_no: str, ruling: str, reasons: str) -> None:
    agent.open("/platform/")
    agent.sees(case_no)
    agent.page.get_by_role("link", name=f"申请 {case_no} 的详情").click()
    agent.choose(ruling)
    agent.write("裁决理由", reasons)
    chosen = agent.page.locator("main form[action*='/tasks/'] select:visible")
    for number in range(chosen.count()):
        chosen.nth(number).select_option(index=1)
    agent.press("确认提交")


def assert_fits(person: Human) -> None:
    excess = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert person.page.evaluate(excess) <= 0


def test_a_request_is_withdrawn(live: Live, buyer: Human, seller: Human) -> None:
    number = new_order(live)
    case_no = ask(buyer, number)
    buyer.press("撤回申请")
    buyer.sees("买家已撤回")
    seller.open("/seller/cases")
    expect(seller.page.get_by_text(case_no)).to_have_count(0)
    buyer.open(f"/orders/{number}")
    expect(buyer.page.get_by_role("link", name="申请取消")).to_be_visible()


def test_an_unpaid_order_is_cancelled_at_once(live: Live, buyer: Human) -> None:
    ask(buyer, new_order(live, paid_minutes_ago=None))
    buyer.sees("付款前取消，无需退款")


def test_an_order_just_paid_is_refunded_without_asking(live: Live, buyer: Human) -> None:
    ask(buyer, new_order(live, paid_minutes_ago=5))
    buyer.sees("已取消并退款")


def test_several_requests_are_decided_alike(live: Live, buyer: Human, seller: Human) -> None:
    chosen = [ask(buyer, new_order(live)) for _ in range(3)]
    seller.open("/seller/cases")
    expect(seller.page.get_by_role("button", name="同意取消（所选）")).to_be_hidden()
    for case_no in chosen:
        seller.page.get_by_label(f"选择申请 {case_no}").check()
    expect(seller.page.locator("[data-picked-count]")).to_have_text("3")
    seller.press("同意取消（所选）")
    seller.sees("已处理 3 个申请。")
    for case_no in chosen:
        buyer.open(f"/cases/{case_no}")
        buyer.sees("已取消并退款")


def test_an_inbox_refreshes_by_itself(live: Live, buyer: Human, seller: Human) -> None:
    seller.open("/seller/cases")
    case_no = ask(buyer, new_order(live))
    expect(seller.page.get_by_text(case_no)).to_be_visible(timeout=30_000)


def test_goods_are_sent_back_and_refunded(live: Live, buyer: Human, seller: Human) -> None:
    number = new_order(live)
    ship(live.tuidan, number, "picked_up", "in_transit", "delivered")
    case_no = ask(buyer, number, reason="商品质量不合格", text="袖口开线，穿了一次就裂开了。", photos=1)
    seller.open(f"/seller/cases/{case_no}")
    seller.choose("同意取消")
    seller.press("确认提交")
    buyer.open(f"/cases/{case_no}")
    buyer.sees("寄回商品")
    buyer.sees("杭州市余杭区")
    buyer.write("物流公司", "中通快递")
    buyer.write("物流单号", "ZT20260001")
    buyer.press("确认提交")
    buyer.sees("ZT20260001")
    seller.open(f"/seller/cases/{case_no}")
    seller.sees("确认收到退货")
    seller.page.locator("main input[type=radio][value=accept]").check()
    seller.press("确认提交")
    buyer.open(f"/cases/{case_no}")
    buyer.sees("已取消并退款")


def test_a_parcel_that_wins_the_race_is_intercepted(live: Live, buyer: Human, seller: Human) -> None:
    number = new_order(live)
    case_no = ask(buyer, number)
    ship(live.tuidan, number, "picked_up")
    buyer.sees("包裹拦截中")
    seller.open(f"/seller/cases/{case_no}")
    seller.sees("逐包裹回报拦截结果")
    seller.page.locator(".parcel-answers button[value=accepted]").click()
    buyer.open(f"/cases/{case_no}")
    buyer.sees("已取消并退款")


def test_a_lost_parcel_is_offered_and_refunded_without_asking(live: Live, buyer: Human) -> None:
    number = new_order(live)
    ship(live.tuidan, number, "picked_up", "lost")
    buyer.open(f"/orders/{number}")
    buyer.sees("包裹丢失")
    case_no = ask(buyer, number, reason="包裹丢失", text="一直没有收到。")
    buyer.sees("已取消并退款")
    buyer.open(f"/cases/{case_no}")
    buyer.page.get_by_text("为什么是这个金额？").click()
    expect(buyer.page.locator("details[open] .total").last).to_have_text("¥208.00")


def test_a_shop_cancels_what_it_cannot_supply(live: Live, buyer: Human, seller: Human) -> None:
    number = new_order(live)
    seller.open(f"/seller/orders/{number}")
    seller.page.get_by_role("link", name="取消订单").click()
    seller.choose("商品缺货")
    seller.write("想对买家说明什么", "仓库盘点后发现已经没有货了，非常抱歉。")
    seller.page.locator("form .btn-primary").dblclick()
    seller.page.wait_for_url("**/seller/cases/*")
    case_no = seller.page.url.rsplit("/", 1)[1]
    seller.sees("已取消并退款")
    buyer.open(f"/cases/{case_no}")
    buyer.sees("仓库盘点后发现已经没有货了，非常抱歉。")
    buyer.page.get_by_text("为什么是这个金额？").click()
    expect(buyer.page.locator("details[open] .total").last).to_have_text("¥208.00")
    buyer.open(f"/cases?search={number}")
    expect(buyer.page.locator("main article")).to_have_count(1)


# The clock can't be moved back, so this comes last.
def test_silence_counts_as_agreement(live: Live, buyer: Human, seller: Human) -> None:
    case_no = ask(buyer, new_order(live))
    forward(live, dt.timedelta(hours=25))
    seller.open("/notifications")
    seller.sees("仍待您处理")
    forward(live, dt.timedelta(hours=24))
    buyer.open(f"/cases/{case_no}")
    buyer.sees("已取消并退款")
    buyer.sees("逾期自动处理")


def test_both_sides_write_to_each_other_without_losing_what_is_being_written(
    live: Live, buyer: Human, seller: Human
) -> None:
    case_no = ask(buyer, new_order(live))
    buyer.page.clock.install()
    buyer.open(f"/cases/{case_no}")
    buyer.write("您的留言", "尺码拍大了，能尽快处理吗？")
    buyer.press("发送")
    expect(buyer.page.get_by_label("您的留言")).to_be_focused()
    expect(buyer.page.get_by_label("您的留言")).to_have_value("")
    expect(buyer.page.locator("#conversation")).to_contain_text("未读")
    seller.open(f"/seller/cases/{case_no}")
    seller.choose("拒绝取消")
    seller.write("您的留言", "好的，马上处理。")
    seller.press("发送")
    expect(seller.page.locator(".message-mine")).to_contain_text("好的，马上处理。")
    expect(seller.page.get_by_label("拒绝取消")).to_be_checked()
    buyer.write("您的留言", "还有一件事")
    buyer.page.clock.run_for(dt.timedelta(seconds=31) // dt.timedelta(milliseconds=1))
    expect(buyer.page.locator("#messages")).to_contain_text("好的，马上处理。")
    expect(buyer.page.locator("#messages")).to_contain_text("卖家已读")
    expect(buyer.page.get_by_label("您的留言")).to_have_value("还有一件事")
