"""Tokens that an activity is still collecting move to a version that wants as many."""

from __future__ import annotations

from engine.runner import Outcome, Runner
from tests.diagrams import diagram, element, end, flows, start, user
from tests.unit.engine.test_quantities import quantified
from tests.unit.migration.moving import codes, moved


def collecting(quantity: str, more: str = "") -> dict[str, str]:
    names = ("a", "b", "c")
    return {
        "p.bpmn": diagram(
            "p",
            start(),
            element("parallelGateway", "fork"),
            *(user(name) for name in names),
            quantified(user("take"), startQuantity=quantity),
            end(),
            flows("start", "fork"),
            *(flows("fork", name, "take") for name in names),
            flows("take", "end"),
            more,
        )
    }


def test_collected_tokens_move_to_the_same_quantity_only() -> None:
    r = Runner(collecting("3")).start("p").complete("a").complete("b")
    assert codes(moved(r, collecting("2"))) == ["kind_differs", "kind_differs"]
    assert not moved(r, collecting("3", '<bpmn:textAnnotation id="note"/>')).obstacles
    assert r.complete("c").waiting() == ["take"]
    assert r.complete("take").outcome is Outcome.COMPLETED, r.error
