"""Parallel gateways that wait for a token that can never come."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import TypeAlias

from engine.lint.diagram import ACTIVITIES, Scope, compensates, reachable
from engine.lint.findings import Finding

# The flows that get a token together out of a choice, each with the node that it leads to; a
# boundary event has no flow.
Way: TypeAlias = list[tuple[str, str]]
# Of a join; the pairs of more would take long, and say nothing new.
MAX_FLOWS = 30


def check(scope: Scope) -> Iterator[Finding]:
    """Yield the joins two of whose flows hang on one choice, of which only one can be taken."""
    joins = [n for n in scope.of_kind("parallelGateway") if len(scope.incoming(n.get("id"))) > 1]
    choices = [(node_id, ways) for node_id in scope.nodes if len(ways := _ways(scope, node_id)) > 1]
    for join in joins:
        choice = _starving(scope, join.get("id"), choices) or _apart(scope, join.get("id"))
        if choice is not None:
            name = scope.nodes[choice].get("name") or choice
            yield scope.document.finding("bpmn.join_incomplete", join, choice=name)


def _starving(scope: Scope, join: str, choices: list[tuple[str, list[Way]]]) -> str | None:
    """The choice that keeps a join from ever completing."""
    after = _without_join(scope, join)
    starts = scope.starts()
    sources = {flow.id: flow.source for flow in scope.incoming(join)}
    for choice, ways in choices:
        elsewhere = reachable(after, starts, without=choice)
        feeds = [_fed(sources, after, way) for way in ways]
        lonely = [flow for flow, source in sources.items() if source not in elsewhere or source == choice]
        for one, other in combinations(lonely[:MAX_FLOWS], 2):
            fed_by_one_way = any(one in fed and other in fed for fed in feeds)
            if not fed_by_one_way and any(one in fed for fed in feeds) and any(other in fed for fed in feeds):
                return choice
    return None


def _apart(scope: Scope, join: str) -> str | None:
    """A start that feeds one flow of a join, while another flow is fed by others only; one of them begins."""
    if scope.is_ad_hoc:
        return None  # there people start several
    after = _without_join(scope, join)
    sources = {flow.id: flow.source for flow in scope.incoming(join)}
    feeds = {start: _fed(sources, after, [("", start)]) for start in scope.starts()}
    for one, other in combinations(list(sources)[:MAX_FLOWS], 2):
        starts = [start for start, fed in feeds.items() if one in fed]
        together = any(other in feeds[start] for start in starts)
        if starts and not together and any(other in fed for fed in feeds.values()):
            return starts[0]
    return None


def _fed(sources: dict[str, str], after: dict[str, list[str]], way: Way) -> set[str]:
    """The join's flows that get a token if the choice goes this way."""
    reached = reachable(after, [target for _, target in way])
    straight = {flow for flow, _ in way}
    return {flow for flow, source in sources.items() if source in reached or flow in straight}


def _ways(scope: Scope, node_id: str) -> list[Way]:
    """The ways of a choice, of which only one is ever taken."""
    kind = scope.kind(node_id)
    flows = [(flow.id, flow.target) for flow in scope.outgoing(node_id)]
    if kind == "eventBasedGateway" and scope.nodes[node_id].get("eventGatewayType") == "Parallel":
        return []  # all of them are taken
    if kind in ("exclusiveGateway", "eventBasedGateway"):
        return [[flow] for flow in flows]
    if kind in ACTIVITIES:
        events = [
            event
            for event in scope.boundary_events(node_id)
            if event.get("cancelActivity", "true") == "true" and not compensates(event)
        ]
        return [flows, *([("", event.get("id"))] for event in events)]
    return []


def _without_join(scope: Scope, join: str) -> dict[str, list[str]]:
    after = scope.successors()
    after[join] = []
    return after
