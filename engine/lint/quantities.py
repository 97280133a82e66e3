"""Rules about start and completion quantities: how many tokens, and where they can come and go."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.lint.counting import most_tokens
from engine.lint.diagram import ACTIVITIES, Scope, is_event_subprocess, is_handler
from engine.lint.findings import Finding

QUANTITIES = ("startQuantity", "completionQuantity")
# More would be no work for people, and too much for one state.
MAX_QUANTITY = 1_000


def check(scope: Scope) -> Iterator[Finding]:
    """Yield the quantities of activities that can't be, that no flow brings or takes, or that never come."""
    most = {} if scope.is_ad_hoc else most_tokens(scope)
    for activity in scope.of_kind(*ACTIVITIES):
        for name in QUANTITIES:
            quantity = int(activity.get(name) or 1)
            if not 1 <= quantity <= MAX_QUANTITY:
                yield scope.document.finding(
                    "bpmn.quantity", activity, attribute=name, value=quantity, limit=MAX_QUANTITY
                )
            elif quantity > 1 and not _flows(scope, activity, name):
                yield scope.document.finding("bpmn.quantity_place", activity, attribute=name)
            elif name == "startQuantity" and 0 < most.get(activity.get("id"), 0) < quantity:
                number = int(most[activity.get("id")])
                yield scope.document.finding(
                    "bpmn.quantity_unreached", activity, quantity=quantity, number=number
                )


def _flows(scope: Scope, activity: Any, name: str) -> bool:
    """Whether an activity begins, or ends, by tokens on its flows alone."""
    if scope.is_ad_hoc or is_handler(activity) or is_event_subprocess(activity):
        return False
    activity_id = activity.get("id")
    if name == "completionQuantity":
        return bool(scope.outgoing(activity_id))
    sources = [scope.kind(flow.source) for flow in scope.incoming(activity_id)]
    return bool(sources) and "eventBasedGateway" not in sources
