"""Cancel events that belong to no transaction, or that nobody hears of."""

from __future__ import annotations

import pytest

from tests.diagrams import boundary, diagram, element, end, flows, start
from tests.unit.lint.bundles import check, found

CANCEL = "<bpmn:cancelEventDefinition/>"


def drawn(kind: str, on: str = "", *, loop: str = "", interrupting: bool = True) -> str:
    inner = loop + start("s") + element("task", "a") + end("e") + end("x", CANCEL)
    inner += flows("s", "a", "e") + flows("a", "x")
    event = boundary("b", on, CANCEL, interrupting=interrupting) + flows("b", "end") if on else ""
    return diagram("p", start(), element(kind, "t", inner), event, end(), flows("start", "t", "end"))


@pytest.mark.parametrize(
    ("rule", "element_id", "text"),
    [
        ("bpmn.cancel_outside", "x", drawn("subProcess")),
        ("bpmn.cancel_uncaught", "x", drawn("transaction")),
        (
            "bpmn.cancel_repeated",
            "b",
            drawn("transaction", "t", loop='<bpmn:standardLoopCharacteristics loopMaximum="2"/>'),
        ),
        ("bpmn.cancel_interrupts", "b", drawn("transaction", "t", interrupting=False)),
    ],
)
def test_what_would_cancel_nothing(rule: str, element_id: str, text: str) -> None:
    assert found(text, rule).element_id == element_id


def test_a_cancel_event_on_a_subprocess() -> None:
    findings = [f.element_id for f in check(drawn("subProcess", "t")) if f.rule == "bpmn.cancel_outside"]
    assert sorted(filter(None, findings)) == ["b", "x"]


def test_a_sound_transaction_passes() -> None:
    assert check(drawn("transaction", "t")) == []
