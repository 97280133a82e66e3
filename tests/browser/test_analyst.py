"""An analyst reads a process, draws a change, is told what is wrong, mends it and deploys it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from playwright.sync_api import FilePayload, Page, expect

from engine.queries.decisions import table_versions
from engine.queries.definitions import versions_of
from engine.tables import DecisionRecord, Timer
from processes.people.roles import Role
from tests.browser.conftest import Live
from tests.browser.trial_product import sign_in, trial_product
from tests.databases import DatabaseServer
from tests.drawn import review_process, trial_bundle
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


def _payload(text: str) -> FilePayload:
    return {"name": "trial_review.bpmn", "mimeType": "application/xml", "buffer": text.encode()}


def _newest(trial: Trial) -> tuple[int, str]:
    with trial.tuidan.transaction() as session:
        row = versions_of(session, "trial_review")[0]
        return row.version, row.note


def test_a_process_is_read_with_its_forms_and_tables(page: Page) -> None:
    sign_in(page, Role.ANALYST)
    page.get_by_role("link", name="试用审核").click()
    expect(page.locator(SHOWN)).to_be_visible()
    expect(page.locator("[data-form-preview] .fjs-container")).to_contain_text("审核结果")
    expect(page.locator("[data-decisions][data-state=shown]")).to_contain_text("上限")
    page.locator("[data-element-id=task_limit] .djs-hit").first.click()
    expect(page.locator("#element")).to_contain_text("Looks up how much may be paid.")


def test_a_file_with_errors_is_refused_then_mended_and_deployed(page: Page, trial: Trial) -> None:
    version, _ = _newest(trial)
    sign_in(page, Role.ANALYST)
    page.goto("/analyst/deploy")
    broken = review_process(hours=60).replace('"PT60H"', "().__class__.__subclasses__()")
    page.set_input_files("#files", _payload(broken))
    page.locator("button[value=check]").click()
    expect(page.locator(".finding .chip-bad").first).to_be_visible()
    expect(page.locator(SHOWN)).to_be_visible()
    expect(page.locator("[data-element-id=timer_lapsed].is-incident")).to_have_count(1)
    expect(page.locator("button[value=deploy]")).to_have_count(0)
    page.locator(".finding a[data-focus-element=timer_lapsed]").first.click()
    expect(page.locator("[data-element-id=timer_lapsed].selected")).to_have_count(1)

    mended = review_process(hours=60)
    page.set_input_files("#files", _payload(mended))
    page.locator("button[value=check]").click()
    page.fill("#note-checked", "审核时限 60 小时")
    page.locator("button[value=deploy]").click()
    expect(page.locator(".banner-good")).to_be_visible()
    expect(page.locator(SHOWN)).to_be_visible()
    assert _newest(trial) == (version + 1, "审核时限 60 小时")


def test_a_time_limit_is_changed_by_drawing(page: Page, trial: Trial) -> None:
    version, _ = _newest(trial)
    sign_in(page, Role.ANALYST)
    page.goto("/analyst/processes/trial_review/model")
    expect(page.locator("[data-modeler][data-state=shown]")).to_be_visible()
    page.locator("[data-element-id=timer_lapsed] .djs-hit").first.click()
    page.fill("#p-timer", '"PT96H"')
    page.fill("#p-name", "96小时未审核")
    page.locator("#p-name").blur()
    page.fill("#send [name=note]", "审核时限 96 小时")
    page.locator("#send button[value=check]").click()
    expect(page.locator("button[value=deploy]")).to_be_visible()
    page.locator("button[value=deploy]").click()
    expect(page.locator(".banner-good")).to_be_visible()
    assert _newest(trial) == (version + 1, "审核时限 96 小时")
    trial.start("C-96")
    with trial.tuidan.transaction() as session:
        timer = session.scalars(sa.select(Timer)).one()
    assert timer.due_at - trial.tuidan.clock.now() > dt.timedelta(hours=95)
    assert timer.name == "96小时未审核"


def test_a_changed_table_is_tried_on_the_past_and_deployed(page: Page, trial: Trial) -> None:
    for number in range(3):
        trial.start(f"W-{number}")
    with trial.tuidan.transaction() as session:  # what other tests have left counts, too
        past = session.scalar(sa.select(sa.func.count()).select_from(DecisionRecord))
    sign_in(page, Role.ANALYST)
    page.goto("/analyst/what-if")
    table = trial_bundle()["trial_limits.dmn"].replace("<text>1000</text>", "<text>900</text>")
    page.set_input_files(
        "#files", {"name": "trial_limits.dmn", "mimeType": "application/xml", "buffer": table.encode()}
    )
    page.get_by_role("button", name="试算").click()
    # Watched until the worker is done: the page shows the result by itself.
    expect(page.locator("#changed")).to_be_visible(timeout=30_000)
    expect(page.locator(".tile-warn .tile-number")).to_have_text(str(past))
    expect(page.locator("section[aria-labelledby=versions]")).to_contain_text("版本 1")
    page.locator("button[value=check]").click()
    page.fill("#note-checked", "额度降到 900")
    page.locator("button[value=deploy]").click()
    expect(page.locator(".banner-good")).to_be_visible()
    with trial.tuidan.transaction() as session:
        assert table_versions(session, "trial_limit")[0].note == "额度降到 900"
    page.goto("/analyst/what-if")
    page.get_by_role("link", name="trial_limit", exact=True).first.click()
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="删除试算").click()
    expect(page.locator(".banner-good")).to_contain_text("试算已删除")


@pytest.mark.parametrize("width", [390, 1280])
def test_no_page_is_wider_than_the_screen(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    sign_in(page, Role.ANALYST)
    for address in ("/", "/processes/trial_review", "/deploy", "/processes/trial_review/model"):
        page.goto(f"/analyst{address}")
        excess = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert excess <= 0, address
