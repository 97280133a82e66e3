"""Ad-hoc subprocesses that could not be started or ended are refused."""

from __future__ import annotations

import pytest

from tests.diagrams import diagram, element, end, flows, start
from tests.unit.lint.bundles import check, found

CONDITION = "<bpmn:completionCondition>done</bpmn:completionCondition>"
CALL = element("task", "call")


def desk(*inner: str, condition: str = CONDITION) -> str:
    sub = element("adHocSubProcess", "desk", "\n" + "\n".join(inner) + condition)
    return diagram("p", start(), sub, end(), flows("start", "desk", "end"))


@pytest.mark.parametrize(
    ("rule", "element_id", "text"),
    [
        ("bpmn.ad_hoc_endless", "desk", desk(CALL, condition="")),
        ("bpmn.ad_hoc_empty", "desk", desk()),
        ("bpmn.ad_hoc_event", "s", desk(CALL, start("s"), flows("s", "call"), element("task", "b"))),
        ("bpmn.ad_hoc_event", "e", desk(CALL, end("e"), flows("call", "e"))),
        ("bpmn.ad_hoc_unstartable", "g", desk(CALL, element("parallelGateway", "g"), flows("g", "call"))),
        ("expr.refused", "desk", desk(CALL, condition=CONDITION.replace("done", "a b"))),
    ],
)
def test_what_could_not_be_started_or_ended(rule: str, element_id: str, text: str) -> None:
    assert found(text, rule).element_id == element_id


def test_a_sound_one_passes() -> None:
    assert check(desk(CALL, element("task", "then"), flows("call", "then"))) == []
