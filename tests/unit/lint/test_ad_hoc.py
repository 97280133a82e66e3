"""Ad-hoc subprocesses that could not be started or ended are refused."""

from __future__ import annotations

import pytest

from tests.diagrams import boundary, diagram, element, end, flow, flows, start, timer
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


SPLIT = (element("parallelGateway", "g"), element("task", "b"), flows("call", "g", "b"))


@pytest.mark.parametrize(
    ("element_id", "inner"),
    [
        ("g", (*SPLIT, element("task", "c"), flows("g", "c"))),
        ("call", (element("task", "b"), element("task", "c"), flows("call", "b"), flows("call", "c"))),
        (
            "e",
            (
                boundary("e", "call", timer("'P1D'"), interrupting=False),
                element("task", "b"),
                flows("e", "b"),
            ),
        ),
    ],
)
def test_one_at_a_time_can_not_be_several(element_id: str, inner: tuple[str, ...]) -> None:
    text = desk(CALL, *inner)
    assert "bpmn.ad_hoc_several" not in {finding.rule for finding in check(text)}
    one_by_one = text.replace('id="desk"', 'id="desk" ordering="Sequential"')
    assert found(one_by_one, "bpmn.ad_hoc_several").element_id == element_id


def test_one_at_a_time_can_be_one_of_several_or_wait_for_another() -> None:
    text = desk(
        element("task", "call", group("'platform'")),
        element("task", "write", group("'platform'")),
        element("parallelGateway", "both"),
        element("exclusiveGateway", "which", default="which-b"),
        element("task", "b"),
        element("task", "c"),
        flows("call", "both", "which", "b"),
        flows("write", "both"),
        flow("which", "c", "done"),
    )
    assert check(text.replace('id="desk"', 'id="desk" ordering="Sequential"')) == []


def group(of: str) -> str:
    return (
        "<bpmn:extensionElements><spiffworkflow:properties><spiffworkflow:property"
        f' name="candidateGroup" value="{of}"/></spiffworkflow:properties></bpmn:extensionElements>'
    )


def lane(*members: str) -> str:
    references = "".join(f"<bpmn:flowNodeRef>{member}</bpmn:flowNodeRef>" for member in members)
    return f'<bpmn:laneSet id="lanes"><bpmn:lane name="platform">{references}</bpmn:lane></bpmn:laneSet>'


def test_a_sound_one_passes() -> None:
    theirs = element("task", "call", group("'platform'"))
    assert check(desk(theirs, element("task", "then"), flows("call", "then"))) == []


TWICE = (
    "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>2</bpmn:loopCardinality>"
    "</bpmn:multiInstanceLoopCharacteristics>"
)


@pytest.mark.parametrize(
    ("member", "inner", "of_desk", "unfound"),
    [
        ("start", CALL, "", ["call"]),
        ("call", CALL, "", []),
        ("desk", CALL, "", []),
        ("start", CALL, group("'platform'"), []),
        # The group of what is repeated may depend on its item, so it can't say who starts it.
        ("start", element("task", "call", group("'platform'") + TWICE), "", ["call"]),
    ],
)
def test_what_nobody_would_find_in_his_list(
    member: str, inner: str, of_desk: str, unfound: list[str]
) -> None:
    sub = element("adHocSubProcess", "desk", of_desk + inner + CONDITION)
    text = diagram("p", lane(member), start(), sub, end(), flows("start", "desk", "end"))
    findings = check(text)
    assert [finding.element_id for finding in findings if finding.rule == "ref.no_chooser"] == unfound
    assert {finding.rule for finding in findings} <= {"ref.no_chooser"}


def test_a_task_in_a_subprocess_is_in_the_lane_of_the_subprocess() -> None:
    text = diagram(
        "p",
        lane("desk"),
        start(),
        element("adHocSubProcess", "desk", element("manualTask", "call") + CONDITION),
        end(),
        flows("start", "desk", "end"),
    )
    assert check(text) == []


def test_a_group_that_can_not_be_computed_is_refused_on_any_activity() -> None:
    assert found(desk(element("task", "call", group("a b"))), "expr.refused").element_id
