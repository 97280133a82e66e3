"""Where the specs of a parsed process stand: which drawn element each belongs to, and what it does for it.

An element can have several specs: itself, the split and the join of the events beside it, the one
that each of its runs has, the choice behind it, the reset below it, the listener or collector before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin, BoundaryEventSplit

from engine.spiff.ad_hoc import DESK, RUN
from engine.spiff.compensation import REOPENED, SNAPSHOT, UNDO
from engine.spiff.complex_gateway import ComplexGatewayReset
from engine.spiff.flows import FlowChoice
from engine.spiff.quantities import COLLECTOR, TokenCollector
from engine.spiff.starting import LISTENER, Listener
from engine.spiff.tokens import REPEATED

# What a role adds to the id of its element.
_SUFFIXES = {
    "itself": "",
    "split": ".BoundaryEventSplit",
    "join": ".BoundaryEventJoin",
    "choice": ".FlowChoice",
    "collector": COLLECTOR,
    "reset": ".Reset",
    "listener": LISTENER,
    "child": REPEATED,
}
_ROLES: dict[type, str] = {
    BoundaryEventSplit: "split",
    BoundaryEventJoin: "join",
    FlowChoice: "choice",
    TokenCollector: "collector",
    ComplexGatewayReset: "reset",
    Listener: "listener",
}
# Bookkeeping of a (sub)process as a whole; no element's id can be one of these.
_HIDDEN = frozenset({UNDO, REOPENED, SNAPSHOT, DESK, RUN})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a spec of the library stands: ``role`` is what it does for the element that is drawn."""

    element_id: str | None
    role: str

    def within(self, spec: Any) -> Any | None:
        """The spec at this place of another process; None if it has none."""
        if self.role == "start":
            return spec.start
        if self.role == "end":
            return spec.end
        if self.role in _HIDDEN:
            return spec.task_specs.get(self.role)
        suffix = _SUFFIXES.get(self.role)
        return None if suffix is None else spec.task_specs.get(f"{self.element_id}{suffix}")

    def of(self, element_id: str) -> Place:
        """The same role for another element."""
        return Place(element_id, self.role)


def place_of(task_spec: Any) -> Place:
    """Where a spec stands in its process; the role ``other`` is unknown to this module."""
    name: str = task_spec.name
    process = task_spec._wf_spec
    if task_spec is process.start:
        return Place(None, "start")
    if task_spec is process.end:
        return Place(None, "end")
    if name in _HIDDEN:
        return Place(None, name)
    role = _ROLES.get(type(task_spec))
    if role is None and name.endswith(REPEATED):
        role = "child"
    if role is not None:
        return Place(name.removesuffix(_SUFFIXES[role]), role)
    return Place(name, "itself") if getattr(task_spec, "bpmn_id", None) is not None else Place(None, "other")
