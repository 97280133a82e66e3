"""A start quantity that can never come together, and those that can."""

from __future__ import annotations

import pytest

from tests.diagrams import (
    boundary,
    diagram,
    element,
    end,
    flow,
    flows,
    listening,
    message,
    message_definition,
    start,
    timer,
    user,
)
from tests.unit.lint.bundles import check, found


def taking(*inner: str, quantity: int, after: str = "", **given: int) -> str:
    """A task that begins with so many tokens, behind what is drawn before it."""
    take = element("task", "take", startQuantity=str(quantity))
    give = element("task", "give", completionQuantity=str(given.get("give", 1)))
    return diagram("p", start(), give, take, end(), *inner, flows("take", "end"), after, more=message("m"))


@pytest.mark.parametrize(
    ("inner", "quantity", "number"),
    [
        ((flows("start", "give", "take"),), 3, 1),
        ((flows("start", "give", "take"), element("task", "x"), flows("start", "x", "take")), 3, 2),
        ((user("a"), boundary("late", "a", timer("'PT1H'")), flows("start", "give", "a", "take"),
          flows("late", "take")), 3, 2),
    ],
    ids=["one flow", "two flows", "a boundary event that interrupts"],
)  # fmt: skip
def test_fewer_tokens_than_it_takes_are_refused(inner: tuple[str, ...], quantity: int, number: int) -> None:
    finding = found(taking(*inner, quantity=quantity), "bpmn.quantity_unreached")
    assert finding.params == {"element": "take", "quantity": quantity, "number": number}
    assert check_only(taking(*inner, quantity=number)) == []


def check_only(text: str) -> list[str]:
    return [finding.rule for finding in check(text) if finding.rule == "bpmn.quantity_unreached"]


def test_what_an_activity_gives_and_takes_is_counted() -> None:
    path = flows("start", "give", "take")
    assert check_only(taking(path, quantity=3, give=3)) == []
    assert check_only(taking(path, quantity=4, give=3)) == ["bpmn.quantity_unreached"]
    # Of 5 tokens, two make one twice; the fifth waits, and two don't make three.
    twice = element("task", "pairs", startQuantity="2"), flows("start", "give", "pairs", "take")
    assert check_only(taking(*twice, quantity=2, give=5)) == []
    assert check_only(taking(*twice, quantity=3, give=5)) == ["bpmn.quantity_unreached"]


@pytest.mark.parametrize(
    "inner",
    [
        (
            element("exclusiveGateway", "again", default="again-take"),
            flows("start", "give", "again", "take"),
            flow("again", "give", "n < 3"),
        ),
        (
            user("a"),
            boundary("heard", "a", message_definition("m"), interrupting=False),
            flows("start", "give", "a", "end"),
            flows("heard", "take"),
        ),
        (
            element("complexGateway", "c", "<bpmn:activationCondition>True</bpmn:activationCondition>"),
            flow("c", "take", "True"),
            *(user("a"), user("b"), user("d"), flows("start", "give", "a", "c"), flows("give", "b", "c")),
            flows("give", "d", "c"),
        ),
    ],
    ids=["a loop", "an event that happens again", "a complex gateway and its reset"],
)
def test_what_could_come_is_never_refused(inner: tuple[str, ...]) -> None:
    assert check_only(taking(*inner, quantity=4)) == []


def test_inside_an_event_subprocess_it_is_counted_for_each_of_its_runs() -> None:
    inner = message_definition("m")
    work = element("task", "work", startQuantity="2")
    inside = listening("esp", inner, work)
    text = diagram("p", start(), user("a"), end(), inside, flows("start", "a", "end"), more=message("m"))
    assert check_only(text) == ["bpmn.quantity_unreached"]
