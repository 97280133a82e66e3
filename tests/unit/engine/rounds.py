"""Diagrams that go round and round, each through something else, and one round of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.runner import Runner
from tests.diagrams import (
    boundary,
    condition,
    diagram,
    element,
    end,
    flow,
    flows,
    listening,
    message,
    message_definition,
    script,
    start,
    timer,
    user,
)

VARIABLES = {
    "n": 0,
    "case_id": "C202611240000001",
    "flow": "buyer",
    "reason": "B_MIND",
    "shop_id": "0193f2a1-7b5c-7cc0-98a1-0f1f0c1e7a55",
    "buyer_id": "0193f2a1-7b5c-7cc0-98a1-0f1f0c1e7a56",
    "order_no": "20261124000001",
    "order_state": "paid",
    "lines": [{"sku": "T-SHIRT-RED-M", "quantity": 2, "paid": 12_900}] * 4,
}
COUNT = script("count", "n = n + 1")
CHILD = diagram("child", start(), user("inner"), end(), flows("start", "inner", "end"))


@dataclass(frozen=True)
class Loop:
    """A diagram that never ends by itself, and what one round of it takes."""

    name: str
    body: tuple[str, ...]
    round: Callable[[Runner], object]

    def __str__(self) -> str:
        return self.name

    def files(self) -> dict[str, str]:
        """The bundle: the body between ``count`` and ``more``."""
        frame = (
            start(),
            COUNT,
            element("exclusiveGateway", "more", default="more-count"),
            end(),
            flows("start", "count"),
            flow("more", "end", "n < 0"),
            flow("more", "count"),
        )
        text = diagram("p", *frame, *self.body, more=message("ping"))
        return {"p.bpmn": text, "child.bpmn": CHILD}


def _subprocess(inner: str) -> str:
    return element(
        "subProcess",
        "sub",
        start("sub_start") + inner + end("sub_end") + flows("sub_start", "inner", "sub_end"),
    )


LOOPS = (
    Loop("user-task", (user("work"), flows("count", "work", "more")), lambda r: r.complete("work")),
    Loop(
        "timer",
        (
            element("intermediateCatchEvent", "pause", timer("'PT1H'")),
            flows("count", "pause", "more"),
        ),
        lambda r: r.forward("PT1H"),
    ),
    Loop(
        "message",
        (
            element("intermediateCatchEvent", "hear", message_definition("ping", "heard")),
            flows("count", "hear", "more"),
        ),
        lambda r: r.send("ping", {"text": "hello"}),
    ),
    Loop(
        "event-based-gateway",
        (
            element("eventBasedGateway", "g"),
            element("intermediateCatchEvent", "hear", message_definition("ping", "heard")),
            element("intermediateCatchEvent", "late", timer("'PT1H'")),
            flows("count", "g", "hear", "more"),
            flows("g", "late", "more"),
        ),
        lambda r: r.forward("PT1H"),
    ),
    Loop(
        "call-activity",
        (
            element("callActivity", "call", calledElement="child"),
            flows("count", "call", "more"),
        ),
        lambda r: r.complete("inner"),
    ),
    Loop(
        "subprocess",
        (_subprocess(user("inner")), flows("count", "sub", "more")),
        lambda r: r.complete("inner"),
    ),
    Loop(
        "parallel-branches",
        (
            element("parallelGateway", "split"),
            user("a"),
            user("b"),
            element("parallelGateway", "join"),
            flows("count", "split", "a", "join", "more"),
            flows("split", "b", "join"),
        ),
        lambda r: r.complete("b").complete("a"),
    ),
    Loop(
        "inclusive-branches",
        (
            element("inclusiveGateway", "split", default="split-b"),
            user("a"),
            user("b"),
            element("inclusiveGateway", "join"),
            flows("count", "split"),
            flow("split", "a", "n > 0"),
            flow("split", "b"),
            flows("a", "join", "more"),
            flows("b", "join"),
        ),
        lambda r: r.complete("a"),
    ),
    Loop(
        "activity-that-chooses",
        (
            element("task", "choose", default="choose-b"),
            user("a"),
            user("b"),
            element("inclusiveGateway", "join"),
            flows("count", "choose"),
            flow("choose", "a", "n > 0"),
            flow("choose", "b"),
            flows("a", "join", "more"),
            flows("b", "join"),
        ),
        lambda r: r.complete("a"),
    ),
    Loop(
        "complex-gateway",
        (
            element("task", "split"),
            user("a"),
            user("b"),
            element(
                "complexGateway",
                "first",
                "<bpmn:activationCondition>activationCount == 1</bpmn:activationCondition>",
            ),
            flows("count", "split", "a", "first", "more"),
            flows("split", "b", "first"),
        ),
        lambda r: r.complete("a").complete("b"),
    ),
    Loop(
        "compensation",
        (
            user("work"),
            boundary("undo", "work", "<bpmn:compensateEventDefinition/>"),
            '<bpmn:association id="to_back" sourceRef="undo" targetRef="back"/>',
            element("userTask", "back", isForCompensation="true"),
            element("intermediateThrowEvent", "throw", "<bpmn:compensateEventDefinition/>"),
            flows("count", "work", "throw", "more"),
        ),
        lambda r: r.complete("work").complete("back"),
    ),
    Loop(
        "ad-hoc",
        (
            element(
                "adHocSubProcess",
                "desk",
                user("call") + "<bpmn:completionCondition>called</bpmn:completionCondition>",
            ),
            flows("count", "desk", "more"),
        ),
        lambda r: r.start_activity("desk", "call").complete("call", {"called": True}),
    ),
    Loop(
        "interrupting-boundary",
        (
            user("work"),
            boundary("late", "work", timer("'PT1H'")),
            flows("count", "work", "more"),
            flows("late", "more"),
        ),
        lambda r: r.forward("PT1H"),
    ),
    Loop(
        "reminders",
        (
            user("work"),
            boundary("remind", "work", timer("'PT1H'"), interrupting=False),
            script("reminded", "reminders = n"),
            end("end_reminded"),
            flows("count", "work", "more"),
            flows("remind", "reminded", "end_reminded"),
        ),
        lambda r: r.forward("PT1H").complete("work"),
    ),
    Loop(
        "beside-a-waiting-branch",
        (
            element("parallelGateway", "fork"),
            user("aside"),
            end("end_aside"),
            user("work"),
            boundary("late", "work", timer("'P9D'")),
            element("exclusiveGateway", "again", default="again-work"),
            flows("count", "fork", "work", "again"),
            flows("fork", "aside", "end_aside"),
            flows("late", "again"),
            flow("again", "more", "n < 0"),
            flow("again", "work"),
        ),
        lambda r: r.complete("work"),
    ),
    Loop(
        "messages-beside-a-task",
        (
            user("work"),
            boundary("hear", "work", message_definition("ping", "heard"), interrupting=False),
            end("end_heard"),
            flows("count", "work", "more"),
            flows("hear", "end_heard"),
        ),
        lambda r: r.send("ping", {"text": "hello"}),
    ),
    Loop(
        "event-subprocess",
        (
            _subprocess(
                user("inner")
                + listening(
                    "esp",
                    message_definition("ping"),
                    script("note", "n = n"),
                    path="note",
                    interrupting=False,
                )
            ),
            flows("count", "sub", "more"),
        ),
        lambda r: r.send("ping").complete("inner"),
    ),
    Loop(
        "condition",
        (
            user("work"),
            boundary("odd", "work", condition("n % 2 == 1"), interrupting=False),
            end("end_odd"),
            flows("count", "work", "more"),
            flows("odd", "end_odd"),
        ),
        lambda r: r.complete("work"),
    ),
    Loop(
        "one-of-several",
        (
            element("intermediateCatchEvent", "any", message_definition("ping", "heard") + timer("'PT1H'")),
            flows("count", "any", "more"),
        ),
        lambda r: r.forward("PT1H"),
    ),
    Loop(
        "multi-instance",
        (
            user(
                "each",
                inner="<bpmn:multiInstanceLoopCharacteristics>"
                "<bpmn:loopCardinality>2</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>",
            ),
            flows("count", "each", "more"),
        ),
        lambda r: r.complete("each").complete("each"),
    ),
    Loop(
        "standard-loop",
        (
            user(
                "again",
                inner='<bpmn:standardLoopCharacteristics testBefore="false">'
                "<bpmn:loopCondition>n &gt; 0</bpmn:loopCondition></bpmn:standardLoopCharacteristics>",
            ),
            flows("count", "again", "more"),
        ),
        lambda r: r.complete("again"),
    ),
)
