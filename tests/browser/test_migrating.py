"""An operator moves running instances to another version: plan on the page, dry run, report, run, result."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Dialog, Page, expect

from engine.tables import ProcessDefinition, ProcessInstance
from processes.people.roles import Role
from tests.browser.conftest import Live
from tests.browser.legible import faint_texts
from tests.browser.trial_product import sign_in, trial_product
from tests.databases import DatabaseServer
from tests.drawn import trial_bundle
from tests.trials import REVIEWER, Trial

pytestmark = pytest.mark.browser

SHOWN = "[data-diagram][data-state=shown]"
WORK_MS = 20_000


@pytest.fixture(scope="module")
def running(postgres: DatabaseServer) -> Iterator[tuple[Live, Trial]]:
    """The trial product, web and worker running."""
    with trial_product(postgres) as found:
        yield found


@pytest.fixture(scope="module")
def live(running: tuple[Live, Trial]) -> Live:
    """Where its web is."""
    return running[0]


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_instances_are_moved_from_the_plan_to_the_result(page: Page, running: tuple[Live, Trial]) -> None:
    trial = running[1]
    moving = [trial.start(key) for key in ("C-1", "C-2")]
    trial.broken = True
    trial.agree(trial.start("C-3"))
    files = trial_bundle(hours=72)
    for old, new in (("task_review", "task_judge"), ("task_pay", "task_charge")):
        files = {name: text.replace(old, new) for name, text in files.items()}
    with trial.tuidan.transaction() as session:
        trial.tuidan.engine.deploy(session, files, actor=REVIEWER, note="renamed")
    page.set_viewport_size({"width": 390, "height": 900})
    sign_in(page, Role.OPERATOR)
    asked: list[str] = []

    def agree(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.accept()

    page.on("dialog", agree)
    page.goto("/migrations/")
    page.select_option("#process", "trial_review")
    page.get_by_role("link", name="计划迁移").click()
    expect(page.locator(SHOWN)).to_have_count(2)
    assert fits(page)
    expect(page.get_by_label("审核申请 变为")).to_have_value("task_judge")
    page.get_by_label("执行付款 变为").select_option("")
    page.fill("#reason", "新规则")
    page.get_by_role("button", name="检查所有实例").click()
    expect(page.locator("main #report [role=status]")).to_contain_text("检查完毕", timeout=WORK_MS)
    assert faint_texts(page) == []
    page.locator(".command summary").click()
    page.locator("#reason-run").fill("已看过报告")
    page.locator(".command form button:visible").click()
    expect(page.locator("main #report [role=status]")).to_contain_text("已完成", timeout=WORK_MS)
    assert asked == ["将 2 个实例迁移到版本 2？轮到时每个会再检查一次。"]
    expect(page.locator("[aria-labelledby=said-blocked]")).to_contain_text("请映射此元素")
    expect(page.locator("[aria-labelledby=said-moved]")).to_contain_text("审核申请 (task_judge)")
    assert fits(page)
    report = page.url
    page.get_by_role("link", name="重新计划").click()
    expect(page.get_by_label("执行付款 变为")).to_have_value("")
    page.goto(f"{report}/instances?outcome=moved")
    assert fits(page)
    page.get_by_role("link", name="C-1").click()
    expect(page.locator(".timeline")).to_contain_text("已看过报告")
    with trial.tuidan.transaction() as session:
        for instance_id in moving:
            instance = session.get_one(ProcessInstance, instance_id)
            assert session.get_one(ProcessDefinition, instance.definition_id).version == 2
