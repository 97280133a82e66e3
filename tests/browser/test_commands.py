"""An operator suspends an instance, sees that nothing happens to it, and lets it go on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Dialog, Page, expect

from engine.failures import InstanceSuspended
from processes.people.roles import Role
from tests.browser.conftest import Live
from tests.browser.trial_product import sign_in, trial_product
from tests.databases import DatabaseServer
from tests.trials import Trial

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def running(postgres: DatabaseServer) -> Iterator[tuple[Live, Trial]]:
    """The trial product, web and worker running."""
    with trial_product(postgres) as found:
        yield found


@pytest.fixture(scope="module")
def live(running: tuple[Live, Trial]) -> Live:
    """Where its web is."""
    return running[0]


@pytest.mark.parametrize("width", [1280, 390])
def test_an_instance_is_suspended_and_resumed(page: Page, running: tuple[Live, Trial], width: int) -> None:
    trial = running[1]
    page.set_viewport_size({"width": width, "height": 900})
    instance_id = trial.start(f"C-suspended-{width}")
    sign_in(page, Role.OPERATOR)
    page.goto(f"/operator/instances/{instance_id}")
    asked: list[str] = []

    def agree(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.accept()

    page.on("dialog", agree)
    commands = page.get_by_role("group", name="操作")
    commands.locator("summary", has_text="挂起").click()
    commands.get_by_label("原因").locator("visible=true").fill("对账期间")
    commands.locator("form button:visible").click()
    expect(page.locator("h1")).to_contain_text("已挂起")
    expect(page.locator(".timeline")).to_contain_text("对账期间")
    with pytest.raises(InstanceSuspended):
        trial.agree(instance_id)
    fits = page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert fits
    commands.locator("summary", has_text="恢复").click()
    commands.get_by_label("原因").locator("visible=true").fill("对账完成")
    commands.locator("form button:visible").click()
    expect(page.locator("h1")).not_to_contain_text("已挂起")
    assert len(asked) == 2


def test_a_token_is_moved_by_picking_on_the_diagram(page: Page, running: tuple[Live, Trial]) -> None:
    trial = running[1]
    page.set_viewport_size({"width": 390, "height": 900})
    instance_id = trial.start("C-moved")
    sign_in(page, Role.OPERATOR)
    page.goto(f"/operator/instances/{instance_id}/tokens")
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator("[data-state=shown]").wait_for()
    page.locator("[data-element-id=task_review]").first.click(force=True)
    page.locator("#element").get_by_role("button", name="移动").click()
    page.locator("[data-state=shown]").wait_for()
    page.locator("[data-element-id=end_lapsed]").first.click(force=True)
    page.locator("#element").get_by_role("button", name="把令牌放到这里").click()
    plan = page.locator("section", has_text="计划").last
    expect(plan).to_contain_text("把“审核申请”的令牌移到“已过期”")
    expect(plan).to_contain_text("实例将到达终点")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    plan.get_by_label("原因").fill("已作废")
    plan.get_by_role("button", name="执行计划").click()
    expect(page.locator("h1")).to_contain_text("已结束")
    expect(page.locator(".timeline")).to_contain_text("已作废")
