"""An answer in place of a condition that can't be computed; the runner saves and loads between steps."""

from __future__ import annotations

import pytest

from engine.runner import Outcome, Runner
from engine.spiff.skipping import Question, Way
from tests.diagrams import (
    boundary,
    element,
    end,
    flow,
    flows,
    script,
    signal,
    signal_definition,
    start,
    user,
)
from tests.unit.engine.accepted import run

FAILS = "6 / found > 5"
ESCAPED = FAILS.replace(">", "&gt;")


def begun(*inner: str, more: str = "", **variables: object) -> Runner:
    return run(start(), *inner, end(), more=more, variables={"found": 0, **variables})


def repeated(inner: str = "", **attributes: str) -> str:
    """A person's task for each of three items."""
    cardinality = "<bpmn:loopCardinality>3</bpmn:loopCardinality>"
    more = "".join(f' {name}="{value}"' for name, value in attributes.items())
    characteristics = f"<bpmn:multiInstanceLoopCharacteristics{more}>{cardinality}{inner}"
    return user("s", "'people'", f"{characteristics}</bpmn:multiInstanceLoopCharacteristics>")


def loop(attributes: str = "") -> str:
    """A person's task in a loop."""
    return user(
        "s",
        "'people'",
        f"<bpmn:standardLoopCharacteristics{attributes}><bpmn:loopCondition>{ESCAPED}</bpmn:loopCondition>"
        "</bpmn:standardLoopCharacteristics>",
    )


def asks(r: Runner, decides: str) -> None:
    assert (r.outcome, r.asked()) == (
        Outcome.FAILED,
        Question("condition", decides=decides, conditions=(FAILS,)),
    ), r.error


@pytest.mark.parametrize("again", [True, False])
def test_whether_a_loop_goes_round_again_is_given(again: bool) -> None:
    r = begun(loop(), user("after"), flows("start", "s", "after", "end")).complete("s", {"found": 0})
    asks(r, "again")
    assert r.skip(again).waiting() == (["s"] if again else ["after"])
    if again:
        r.complete("s", {"found": 9})
    assert r.complete("after").outcome is Outcome.COMPLETED, r.error


@pytest.mark.parametrize("again", [True, False])
def test_whether_a_loop_begins_at_all_is_given(again: bool) -> None:
    before = loop(' testBefore="true" loopMaximum="1"')
    r = begun(user("ask"), before, user("after"), flows("start", "ask", "s", "after", "end"))
    asks(r.complete("ask"), "again")
    assert r.skip(again).waiting() == (["s"] if again else ["after"])
    if again:  # at its maximum it is over, whatever its condition would say
        assert r.complete("s").waiting() == ["after"], r.error


@pytest.mark.parametrize("sequential", [True, False])
@pytest.mark.parametrize("enough", [True, False])
def test_whether_a_repeated_activity_has_enough_is_given(sequential: bool, enough: bool) -> None:
    condition = f"<bpmn:completionCondition>{ESCAPED}</bpmn:completionCondition>"
    each = repeated(condition, isSequential=str(sequential).lower())
    r = begun(each, user("after"), flows("start", "s", "after", "end")).complete("s", {"found": 0})
    asks(r, "enough")
    left = 1 if sequential else 2
    assert r.skip(enough).waiting() == (["after"] if enough else ["s"] * left)


def test_of_several_times_that_a_condition_is_asked_only_the_one_that_failed_is_answered() -> None:
    condition = f"<bpmn:completionCondition>{ESCAPED}</bpmn:completionCondition>"
    characteristics = (
        '<bpmn:multiInstanceLoopCharacteristics isSequential="true"><bpmn:loopCardinality>4'
        f"</bpmn:loopCardinality>{condition}</bpmn:multiInstanceLoopCharacteristics>"
    )
    each = script("s", "n = n + 1\nfound = [9, 0, 8, 1][n - 1]", characteristics)
    r = begun(each, user("after"), flows("start", "s", "after", "end"), n=0)
    asks(r, "enough")
    assert (r.failed_at and r.failed_at.number) == 1
    assert r.skip(False).waiting() == ["after"]
    assert r.complete("after").variables == {"n": 4, "found": 1}


@pytest.mark.parametrize("thrown", [True, False])
def test_whether_a_repeated_activity_throws_as_an_instance_completes_is_given(thrown: bool) -> None:
    behaviour = (
        f"<bpmn:complexBehaviorDefinition><bpmn:condition>{ESCAPED}</bpmn:condition>"
        f'<bpmn:event id="thrown">{signal_definition("alarm")}</bpmn:event></bpmn:complexBehaviorDefinition>'
    )
    hears = boundary("heard", "s", signal_definition("alarm"), interrupting=False)
    paths = flows("start", "s", "end"), flows("heard", "told", "end")
    each = repeated(behaviour, behavior="Complex")
    r = begun(each, hears, user("told"), *paths, more=signal("alarm")).complete("s", {"found": 0})
    asks(r, "throw")
    assert sorted(r.skip(thrown).waiting()) == sorted(["heard", "s", "s", *(["told"] if thrown else [])])


@pytest.mark.parametrize("enough", [True, False])
def test_whether_an_ad_hoc_subprocess_has_enough_is_given(enough: bool) -> None:
    condition = f"<bpmn:completionCondition>{ESCAPED}</bpmn:completionCondition>"
    adhoc = element("adHocSubProcess", "s", user("one") + user("two") + condition)
    r = begun(adhoc, user("after"), flows("start", "s", "after", "end"))
    r.start_activity("s", "one").complete("one", {"found": 0})
    asks(r, "enough")
    assert r.failed_at is not None
    assert (r.failed_at.scope, r.failed_at.spec) == ("p", "s")
    r.skip(enough)
    assert (r.waiting(), r.startable()) == (
        (["after"], []) if enough else (["s"], [("s", "one"), ("s", "two")])
    )


@pytest.mark.parametrize("fires", [True, False])
def test_whether_a_complex_gateway_fires_is_given(fires: bool) -> None:
    activation = f"<bpmn:activationCondition>{ESCAPED}</bpmn:activationCondition>"
    r = begun(
        *(user("a"), user("b"), user("c"), user("now"), element("complexGateway", "g", activation)),
        *(element("parallelGateway", "fork"), flows("start", "fork"), flows("g", "now", "end")),
        *(flows("fork", name, "g") for name in "abc"),
    )
    asks(r.complete("a", {"found": 0}), "fire")
    assert sorted(r.skip(fires).waiting()) == sorted(["b", "c", *(["now"] if fires else [])])
    r.complete("b", {"found": 1})  # what was given was for one token; the next is asked about anew
    assert r.waiting().count("now") == 1, r.error


def named(flow_id: str, target: str, condition: str = "", name: str = "") -> str:
    """A flow out of the gateway ``s`` with an id of its own."""
    inner = f"<bpmn:conditionExpression>{condition}</bpmn:conditionExpression>" if condition else ""
    attributes = f'id="{flow_id}" name="{name}" sourceRef="s" targetRef="{target}"'
    return f"<bpmn:sequenceFlow {attributes}>{inner}</bpmn:sequenceFlow>"


def test_of_two_flows_to_the_same_activity_each_can_be_taken() -> None:
    inner = (
        element("inclusiveGateway", "s", default="other"),
        *(named("first", "same", ESCAPED, "one"), named("second", "same", "True"), named("other", "else")),
        *(user("same"), user("else"), flows("start", "s"), flows("same", "end"), flows("else", "end")),
    )
    ways = (
        Way("first", "one", "same", "same"),
        Way("second", "", "same", "same"),
        Way("other", "", "else", "else"),
    )
    for taken, tasks in ((["first"], 1), (["first", "second"], 2), (["same"], 2)):
        r = begun(*inner)
        assert r.asked() == Question("ways", ways=ways, several=True)
        assert r.skip([*taken]).waiting() == ["same"] * tasks


def test_an_exclusive_gateway_gives_one_token_by_whichever_of_two_flows_to_the_same_activity() -> None:
    inner = (
        element("exclusiveGateway", "s", default="second"),
        *(named("first", "same", ESCAPED), named("second", "same")),
        *(user("same"), flows("start", "s"), flows("same", "end")),
    )
    assert begun(*inner).skip(["first"]).waiting() == ["same"]


def test_a_way_to_what_collects_tokens_is_named_by_the_activity() -> None:
    inner = (
        element("exclusiveGateway", "s", default="last"),
        *(named("first", "twice", ESCAPED), named("last", "end")),
        *(element("task", "twice", startQuantity="2"), flows("twice", "end")),
        *(element("task", "two", completionQuantity="2"), flows("start", "two", "s")),
    )
    r = begun(*inner)
    assert r.asked() == Question(
        "ways", ways=(Way("first", "", "twice", "twice"), Way("last", "", "end", "end"))
    )
    r.skip(["first"]).skip(["first"])
    assert (r.outcome, r.completed().count("twice")) == (Outcome.COMPLETED, 1)


def test_of_an_activity_that_chooses_the_flows_are_chosen() -> None:
    ways = flow("s", "a", FAILS), flow("s", "b", "True"), flows("a", "end"), flows("b", "end")
    r = begun(element("task", "s"), user("a"), user("b"), flows("start", "s"), *ways)
    assert sorted(r.skip(["s-a", "s-b"]).waiting()) == ["a", "b"]
