"""An element is found by its id, whatever else in the file has the same."""

from __future__ import annotations

from engine.runner import Outcome, Runner
from tests.diagrams import diagram, end, flows, service, start
from tests.unit.engine.accepted import accepted
from tests.unit.lint.bundles import REGISTRY


def test_an_operator_may_have_the_id_of_its_task() -> None:
    text = diagram(
        "p",
        start(),
        service("case.close", "case.close", case_id="'1'"),
        end(),
        flows("start", "case.close", "end"),
    )
    r = Runner(accepted({"p.bpmn": text}, REGISTRY), answers={"case.close": {"done": True}}).start("p")
    assert r.outcome is Outcome.COMPLETED, r.error
    assert r.variables == {"result": {"done": True}}
