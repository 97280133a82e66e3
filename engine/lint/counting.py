"""How many tokens can come to an element at most, however its scope runs."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from engine.lint.diagram import ACTIVITIES, Scope, compensates


def most_tokens(scope: Scope) -> dict[str, float]:
    """A bound that no run of a scope goes beyond, by the element's id; infinite where none is known.

    Merges and choices are taken to let every token through, so that the bound is never too small. Behind a
    loop, and behind an event that can happen again and again, it is infinite.
    """
    ways: dict[str, list[tuple[str, float]]] = {node_id: [] for node_id in scope.nodes}
    for source, target, times in _ways(scope):
        if source in ways and target in ways:
            ways[source].append((target, times))
    missing = dict.fromkeys(ways, 0)
    for targets in ways.values():
        for target, _ in targets:
            missing[target] += 1
    starts = scope.starts()
    found = {node_id: float(node_id in starts) for node_id in ways}
    # What is left over when nothing more is known completely is in a loop, or behind one.
    todo = [node_id for node_id, number in missing.items() if not number]
    while todo:
        node_id = todo.pop()
        number, quantity = found[node_id], _quantity(scope.nodes[node_id], "startQuantity")
        ends = number if math.isinf(number) else number // quantity
        for target, times in ways[node_id]:
            found[target] += ends * times if ends else 0.0
            missing[target] -= 1
            if not missing[target]:
                todo.append(target)
    return {node_id: math.inf if missing[node_id] else number for node_id, number in found.items()}


def _ways(scope: Scope) -> Iterator[tuple[str, str, float]]:
    """From where to where a token goes, and how many at most each time that the element there has run."""
    for flow in scope.flows:
        # A complex gateway may give tokens once more on its reset.
        times = 2.0 if scope.kind(flow.source) == "complexGateway" else 1.0
        source = scope.nodes.get(flow.source)
        yield flow.source, flow.target, times * _quantity(source, "completionQuantity")
    for event in scope.of_kind("boundaryEvent"):
        if not compensates(event):
            once = event.get("cancelActivity", "true") in ("true", "1")
            yield event.get("attachedToRef") or "", event.get("id"), 1.0 if once else math.inf
    for name, source in scope.links("intermediateThrowEvent"):
        for other, target in scope.links("intermediateCatchEvent"):
            if name == other:
                yield source, target, 1.0


def _quantity(node: Any, name: str) -> int:
    """A quantity of an activity; 1 for what has none, or one that can't be."""
    if node is None or node.tag.rpartition("}")[2] not in ACTIVITIES:
        return 1
    return max(int(node.get(name) or 1), 1)
