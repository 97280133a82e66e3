"""Rules about ad-hoc subprocesses: what can be started in them, and how they end."""

from __future__ import annotations

from collections.abc import Iterator

from engine.lint.diagram import ACTIVITIES, Scope, reachable
from engine.lint.findings import Finding
from engine.lint.source import BPMN


def check(scope: Scope) -> Iterator[Finding]:
    """Yield what of an ad-hoc subprocess could never be started, or never end."""
    document, element = scope.document, scope.element
    if not scope.is_ad_hoc:
        return
    if element.find(f"{BPMN}completionCondition") is None:
        yield document.finding("bpmn.ad_hoc_endless", element)
    if not any(scope.kind(node_id) in ACTIVITIES for node_id in scope.starts()):
        yield document.finding("bpmn.ad_hoc_empty", element)
    for event in scope.of_kind("startEvent", "endEvent"):
        yield document.finding("bpmn.ad_hoc_event", event)
    for node_id in scope.starts():
        if scope.kind(node_id) not in ACTIVITIES:
            yield document.finding("bpmn.ad_hoc_unstartable", scope.nodes[node_id])
    if element.get("ordering") == "Sequential":
        for node_id in _splits(scope):
            yield document.finding("bpmn.ad_hoc_several", scope.nodes[node_id])


def _splits(scope: Scope) -> Iterator[str]:
    """Where one token becomes several that come to activities, or one runs beside an activity."""
    after = scope.successors()
    for node_id, node in scope.nodes.items():
        ways = [flow.target for flow in scope.outgoing(node_id)]
        working = [way for way in ways if any(scope.kind(to) in ACTIVITIES for to in reachable(after, [way]))]
        chooses = scope.kind(node_id) in ("exclusiveGateway", "eventBasedGateway")
        beside = node.get("cancelActivity") == "false"
        if (len(working) > 1 and not chooses) or (working and beside):
            yield node_id
