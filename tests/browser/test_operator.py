"""An operator finds what failed on the diagram, retries it, and moves the clock for a trial."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Dialog, Page, expect

from processes.people.roles import Role
from tests.browser.conftest import Live
from tests.browser.trial_product import sign_in, trial_product
from tests.databases import DatabaseServer
from tests.trials import Trial

pytestmark = pytest.mark.browser

SHOWN = "[data-diagram][data-state=shown]"


@pytest.fixture(scope="module")
def running(postgres: DatabaseServer) -> Iterator[tuple[Live, Trial]]:
    """The trial product, web and worker running."""
    with trial_product(postgres) as found:
        yield found


@pytest.fixture(scope="module")
def live(running: tuple[Live, Trial]) -> Live:
    """Where its web is."""
    return running[0]


@pytest.fixture(scope="module")
def trial(running: tuple[Live, Trial]) -> Trial:
    """Its processes."""
    return running[1]


def _operate(page: Page, address: str) -> None:
    sign_in(page, Role.OPERATOR)
    page.goto(address)


def test_a_token_stands_on_the_diagram(page: Page, trial: Trial) -> None:
    instance_id = trial.start("C-token")
    _operate(page, f"/operator/instances/{instance_id}")
    expect(page.locator(SHOWN)).to_be_visible()
    expect(page.locator("[data-element-id=task_review].is-active")).to_have_count(1)
    expect(page.locator("[data-element-id=task_limit].is-done")).to_have_count(1)
    expect(page.locator("[data-element-id=flow_limited].is-done")).to_have_count(1)
    expect(page.locator("[data-element-id=flow_reviewed].is-done")).to_have_count(0)
    expect(page.locator(".diagram-badge-token")).to_have_text("1")
    expect(page.locator(".diagram-badge-timer")).to_be_visible()
    expect(page.locator(".bjs-powered-by")).to_be_visible()


def test_an_element_tells_its_details(page: Page, trial: Trial) -> None:
    instance_id = trial.start("C-details")
    _operate(page, f"/operator/instances/{instance_id}")
    expect(page.locator(SHOWN)).to_be_visible()
    page.locator("[data-element-id=task_review] .djs-hit").first.click()
    expect(page.locator("#element")).to_contain_text("reviewers")
    expect(page.locator("#element")).to_contain_text("A reviewer agrees or refuses.")
    page.locator("#waiting a[data-focus-element=timer_lapsed]").click()
    expect(page.locator("#element h3")).to_have_text("48小时未审核")


def test_the_page_follows_the_instance_by_itself(page: Page, trial: Trial) -> None:
    instance_id = trial.start("C-live")
    _operate(page, f"/operator/instances/{instance_id}?diagram=trial_review")
    expect(page.locator("[data-element-id=task_review].is-active")).to_have_count(1)
    trial.agree(instance_id)
    expect(page.locator("[data-element-id=end_paid].is-done")).to_have_count(1, timeout=20_000)
    expect(page.locator(".diagram-badge-token")).to_have_count(0)


def test_a_failed_call_is_retried_with_a_reason(page: Page, trial: Trial) -> None:
    trial.broken = True
    instance_id = trial.start("C-retry")
    trial.agree(instance_id)
    _operate(page, "/operator/incidents")
    page.reload()
    link = page.get_by_role("link", name="C-retry")
    for _ in range(20):
        if link.count():
            break
        page.wait_for_timeout(500)
        page.reload()
    link.click()
    expect(page.locator("[data-element-id=task_pay].is-incident")).to_have_count(1)
    expect(page.locator(".diagram-badge-incident")).to_be_visible()
    expect(page.locator(".incident-open")).to_contain_text("收款账户已注销")
    trial.broken = False
    asked: list[str] = []

    def accept(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.accept()

    page.on("dialog", accept)
    page.locator(".incident-open form.retry input[name=reason]").fill("渠道已恢复")
    page.locator(".incident-open form.retry button").click()
    expect(page.locator(".banner-good")).to_be_visible()
    assert len(asked) == 1
    expect(page.locator("#waiting .incident-open")).to_have_count(0, timeout=20_000)
    page.goto(f"/operator/instances/{instance_id}?diagram=trial_payment")
    expect(page.locator("[data-element-id=end_payment].is-done")).to_have_count(1, timeout=20_000)
    expect(page.locator(".timeline")).to_contain_text("operator one")


def test_saying_no_to_the_question_retries_nothing(page: Page, trial: Trial) -> None:
    trial.broken = True
    instance_id = trial.start("C-no")
    trial.agree(instance_id)
    _operate(page, f"/operator/instances/{instance_id}")
    incident = page.locator(".incident-open")
    expect(incident).to_have_count(1, timeout=20_000)
    page.on("dialog", lambda dialog: dialog.dismiss())
    incident.locator("form.retry input[name=reason]").fill("again")
    incident.locator("form.retry button").click()
    page.wait_for_timeout(300)
    expect(page.locator(".banner-good")).to_have_count(0)
    assert len(trial.open_incidents()) == 1
    trial.broken = False


def test_several_are_retried_from_the_list(page: Page, trial: Trial) -> None:
    trial.broken = False
    _operate(page, "/operator/incidents")
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator("[data-pick-all]").check()
    page.fill("#reason", "渠道已恢复")
    page.locator(".retry-batch button").click()
    expect(page.locator(".banner-good")).to_be_visible()
    page.goto("/operator/incidents")
    expect(page.locator(".empty")).to_be_visible()


def test_the_clock_moves_forward_and_the_timer_fires(page: Page, trial: Trial) -> None:
    instance_id = trial.start("C-lapse")
    _operate(page, "/operator/trials")
    before = trial.tuidan.clock.now()
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator("button[value=PT48H]").click()
    expect(page.locator(".banner-good")).to_be_visible()
    assert (trial.tuidan.clock.now() - before).total_seconds() >= 48 * 3600
    page.goto(f"/operator/instances/{instance_id}")
    expect(page.locator("[data-element-id=end_lapsed].is-done")).to_have_count(1, timeout=20_000)
    expect(page.locator("[data-element-id=flow_lapsed].is-done")).to_have_count(1)


@pytest.mark.parametrize("width", [390, 1280])
def test_no_page_is_wider_than_the_screen(page: Page, trial: Trial, width: int) -> None:
    instance_id = trial.start(f"C-width-{width}")
    page.set_viewport_size({"width": width, "height": 844})
    sign_in(page, Role.OPERATOR)
    for address in ("/", "/instances", f"/instances/{instance_id}", "/incidents", "/trials"):
        page.goto(f"/operator{address}")
        excess = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert excess <= 0, address
