"""Every path of every diagram, with the state saved and loaded again after each step."""

from __future__ import annotations

import pytest

from engine.runner import Outcome, Runner
from engine.values import Variables
from tests.process.bundle import BPMN, flows, registry, roots
from tests.process.paths_buyer import BUYER_CANCELLATION
from tests.process.paths_chargebacks import CHARGEBACKS
from tests.process.paths_goods import GOODS
from tests.process.paths_logistics import LOGISTICS_CANCELLATION
from tests.process.paths_offers import OFFERS
from tests.process.paths_parcels import PARCELS
from tests.process.paths_parts import PARTS
from tests.process.paths_product import PRODUCT_CANCELLATION
from tests.process.paths_refund import REFUNDS
from tests.process.paths_refused import REFUSED_UNITS
from tests.process.running import Path, run_of, taken

PATHS = (
    *PARTS,
    *REFUNDS,
    *CHARGEBACKS,
    *OFFERS,
    *GOODS,
    *REFUSED_UNITS,
    *PARCELS,
    *BUYER_CANCELLATION,
    *LOGISTICS_CANCELLATION,
    *PRODUCT_CANCELLATION,
)


@pytest.mark.parametrize("path", PATHS, ids=str)
def test_path(path: Path) -> None:
    run = run_of(path)

    assert run.error is None
    assert run.outcome is Outcome.COMPLETED, f"still waits for {run.waiting()}"
    assert _ends(run) == sorted(path.ends)
    for name, value in path.result.items():
        assert run.variables[name] == value
    for operation, arguments in path.calls:
        assert any(_matches(c.arguments, arguments) for c in run.calls if c.operation == operation), (
            f"{operation} was not called with {arguments}"
        )
    for operation in path.never:
        assert operation not in {call.operation for call in run.calls}


@pytest.mark.parametrize("path", PATHS, ids=str)
def test_operations_are_called_by_their_parameters(path: Path) -> None:
    for call in run_of(path).calls:
        operation = registry().get(call.operation)
        assert operation is not None
        given = set(call.arguments)
        assert operation.required <= given <= operation.parameters, call.operation


def test_every_sequence_flow_is_taken() -> None:
    seen = {step for path in PATHS for step in taken(run_of(path))}
    missed = [flow for flow in flows() if (flow.process_id, flow.source, flow.target) not in seen]
    assert not missed, "\n".join(f"{flow.process_id}: {flow.id}" for flow in missed)


def test_every_boundary_event_fires() -> None:
    seen = {
        (entry.process_id, entry.element_id)
        for path in PATHS
        for entry in run_of(path).trace
        if entry.kind == "completed"
    }
    for root in roots().values():
        for event in root.iter(f"{BPMN}boundaryEvent"):
            owner = event.getparent()
            assert owner is not None
            assert (owner.get("id"), event.get("id")) in seen


def test_names_of_paths_are_unique() -> None:
    names = [str(path) for path in PATHS]
    assert len(names) == len(set(names))


def _ends(run: Runner) -> list[str]:
    ends = {e.get("id") for root in roots().values() for e in root.iter(f"{BPMN}endEvent")}
    return sorted(
        entry.element_id for entry in run.trace if entry.kind == "completed" and entry.element_id in ends
    )


def _matches(given: Variables, wanted: Variables) -> bool:
    return all(given.get(name) == value for name, value in wanted.items())
