"""States that earlier releases saved are loaded, run to their end, and end as they did then."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path as File

import pytest
from lxml import etree

from engine.runner import Outcome
from engine.spiff.codec import FORMAT
from engine.values import Variables
from tests.golden.recordings import LIBRARY, Recording, folders, kept, seen
from tests.golden.replaying import restart, resume
from tests.golden.shapes import shapes
from tests.process.bundle import BPMN, program, registry, roots

AGAIN = "run `python -m tests.golden.record`, see tests/golden/README.md"
RECORDED = [(folder, recording) for folder in folders() for recording in kept(folder)]
TODAY = [(f, r) for f, r in RECORDED if f.parent.name == f"format-{FORMAT}"]

# The definitions of events on activities that wait for something from outside.
WAITING = ("timer", "message", "signal", "conditional")
# Where a later release ends otherwise, if it isn't too late, and why: up to format 2, a token that never
# touched a variable could overwrite it where tokens met, and what other tokens had written was lost when
# one terminated the process.
MENDED: dict[tuple[str, str], Variables] = {
    ("format-2", "arbitration-appealed-and-ruled-again-in-time"): {"appeal_text": "有新的截图。"},
    ("format-1", "shipment_watch-late"): {"offer": {"offered": True}},
    ("format-2", "shipment_watch-late"): {"offer": {"offered": True}},
}


@pytest.mark.parametrize(
    ("folder", "recording"), RECORDED, ids=[f"{f.parent.name}-{r.name}" for f, r in RECORDED]
)
def test_recorded_states_go_on_to_the_recorded_end(folder: File, recording: Recording) -> None:
    for saved in recording.saved:
        run = resume(folder, recording, saved)
        assert sorted(run.waiting()) == saved.waiting
        run.go_on(saved.after)
        assert run.outcome is Outcome.COMPLETED, run.error
        mended = MENDED.get((folder.parent.name, recording.name), {})
        assert run.variables in (recording.result, recording.result | mended)
        assert seen(run) == recording.trace[saved.trace :]
        assert not run.answers_left, "calls were left out"


def test_every_process_has_recorded_states() -> None:
    recorded = {entry[1] for _, recording in RECORDED for entry in recording.trace}
    assert set(program().names) <= recorded, f"a process has none: {AGAIN}"


def test_every_wait_state_is_recorded() -> None:
    waited = {element for _, recording in TODAY for saved in recording.saved for element in saved.waiting}
    assert set(_wait_states()) <= waited, f"some wait states are in none: {AGAIN}"


def _wait_states() -> Iterator[str]:
    """Each element at which an instance of today's diagrams can be saved."""
    for root in roots().values():
        waiting = [
            *(
                node
                for kind in ("userTask", "receiveTask", "intermediateCatchEvent")
                for node in _all(root, kind)
            ),
            *(node for node in _all(root, "boundaryEvent") if _waits(node)),
            *(node for node in _all(root, "serviceTask") if _calls_out(node)),
        ]
        yield from (_id(node) for node in waiting)


def _all(root: etree._Element, kind: str) -> Iterator[etree._Element]:
    return root.iter(f"{BPMN}{kind}")


def _id(node: etree._Element) -> str:
    return str(node.get("id"))


def _waits(event: etree._Element) -> bool:
    return any(event.find(f"{BPMN}{kind}EventDefinition") is not None for kind in WAITING)


def _calls_out(task: etree._Element) -> bool:
    operator = next(task.iterfind(".//{*}serviceTaskOperator"))
    operation = registry().get(_id(operator))
    return operation is not None and operation.external


def test_the_format_is_the_recorded_one() -> None:
    assert TODAY, f"no states of format {FORMAT} are recorded: {AGAIN}"
    recorded = shapes(saved.state for _, recording in TODAY for saved in recording.saved)
    written: set[str] = set()
    for folder, recording in TODAY:
        run = restart(folder, recording)
        states = [run.state]
        for number in range(len(recording.actions) - 1):
            method, *arguments = recording.actions[number]
            getattr(run, method)(*arguments)
            states.append(run.state)
        written |= shapes(states)
    assert written == recorded, f"states look different: raise FORMAT, keep loading the old one, {AGAIN}"


@pytest.mark.parametrize("folder", folders(), ids=lambda f: f.name)
def test_the_library_is_one_that_the_states_were_checked_with(folder: File) -> None:
    checked = json.loads((folder / "checked.json").read_text(encoding="utf-8"))["spiffworkflow"]
    assert LIBRARY in checked, "run `python -m tests.golden.record --checked`, see tests/golden/README.md"
