"""States that earlier releases saved are loaded, run to their end, and end as they did then."""

from __future__ import annotations

import json
from pathlib import Path as File

import pytest

from engine.runner import Outcome
from engine.spiff.codec import FORMAT
from tests.golden.recordings import LIBRARY, Recording, folders, kept, seen
from tests.golden.replaying import restart, resume
from tests.golden.shapes import shapes
from tests.process.bundle import program

AGAIN = "run `python -m tests.golden.record`, see tests/golden/README.md"
RECORDED = [(folder, recording) for folder in folders() for recording in kept(folder)]
TODAY = [(f, r) for f, r in RECORDED if f.parent.name == f"format-{FORMAT}"]

# Where a later release ends otherwise, if it isn't too late, and why: up to format 2, a token that never
# touched a variable could overwrite it where tokens met.
MENDED = {("format-2", "arbitration-appealed-and-ruled-again-in-time"): {"appeal_text": "有新的截图。"}}


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
