"""Diagrams and decision tables that a modeler has opened and saved still say the same."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from engine.lint import lint
from engine.runner import Outcome, Runner
from engine.spiff.parser import parse
from tests.process.bundle import files, registry
from tests.process.paths_product import PRODUCT_CANCELLATION
from tests.process.running import ANSWERS, CASE
from webapp.settings import PROJECT

PACKAGES = PROJECT / "webapp" / "frontend" / "node_modules"
BPMN_JS = PACKAGES / "bpmn-js" / "dist" / "bpmn-modeler.production.min.js"
DMN_JS = PACKAGES / "dmn-js" / "dist" / "dmn-modeler.production.min.js"

pytestmark = pytest.mark.browser

SAVE_BPMN = """async ([xml, move]) => {
  const modeler = new BpmnJS({ container: '#canvas' });
  const { warnings } = await modeler.importXML(xml);
  if (warnings.length) throw new Error(warnings.map(w => w.message).join('\\n'));
  if (move) {
    const tasks = modeler.get('elementRegistry').filter(e => e.type === 'bpmn:ServiceTask');
    modeler.get('modeling').moveElements([tasks[0]], { x: 0, y: 10 });
  }
  const saved = await modeler.saveXML({ format: true });
  modeler.destroy();
  return saved.xml;
}"""

SAVE_DMN = """async xml => {
  const modeler = new DmnJS({ container: '#canvas' });
  const { warnings } = await modeler.importXML(xml);
  if (warnings.length) throw new Error(warnings.map(w => w.message).join('\\n'));
  const saved = await modeler.saveXML({ format: true });
  modeler.destroy();
  return saved.xml;
}"""


@pytest.fixture
def canvas(browser: Browser) -> Iterator[Page]:
    """An empty page with both modelers loaded."""
    page = browser.new_page()
    page.set_content('<div id="canvas" style="width: 1200px; height: 800px"></div>')
    page.add_script_tag(path=os.fspath(BPMN_JS))
    page.add_script_tag(path=os.fspath(DMN_JS))
    yield page
    page.close()


def _saved(canvas: Page, *, move: bool) -> dict[str, str]:
    bundle = dict(files())
    for name, text in files().items():
        if name.endswith(".bpmn"):
            bundle[name] = canvas.evaluate(SAVE_BPMN, [text, move])
        elif name.endswith(".dmn"):
            bundle[name] = canvas.evaluate(SAVE_DMN, text)
    return bundle


def test_saving_what_was_opened_changes_nothing(canvas: Page) -> None:
    saved = _saved(canvas, move=False)

    assert {name for name, text in files().items() if saved[name] != text} == set()


def test_what_was_edited_and_saved_is_deployable_and_runs(canvas: Page) -> None:
    saved = _saved(canvas, move=True)

    assert saved != files()
    assert lint(saved, registry()) == []
    path = PRODUCT_CANCELLATION[0]
    run = Runner(parse(saved), answers=ANSWERS, registry=registry())
    run.start(path.process_id, {**CASE, **path.variables})
    for step in path.steps:
        step(run)
    assert run.outcome is Outcome.COMPLETED
