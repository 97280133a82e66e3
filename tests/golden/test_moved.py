"""Instances of every process can be moved wherever they wait, from the state of any release, and go on."""

from __future__ import annotations

import functools
from pathlib import Path as File

import pytest

from engine.migration.plan import Side, automatic
from engine.runner import Outcome
from engine.spiff.instance import Instance
from engine.spiff.parser import Program, parse
from engine.spiff.relocating import relocate
from tests.golden.recordings import Recording, bundle, folders, kept, seen
from tests.golden.replaying import Replay, resume

RECORDED = [
    (folder, recording) for folder in folders() for recording in kept(folder) if not recording.changed
]


@functools.cache
def other_program(folder: File) -> Program:
    """Another version, which is drawn alike."""
    return parse(bundle(folder))


def move(run: Replay, target: Program) -> None:
    """Move a run's instance; it goes on there."""
    process_id, now = run.recording.process_id, run.clock.now()
    plan = automatic(Side.of(run.program, process_id), Side.of(target, process_id), process_id)
    instance = Instance.load(run.program, process_id, run._state, now, run._caller)
    result = relocate(instance, target, plan, now, run._caller)
    assert (result.obstacles, result.changes) == ([], [])
    assert result.instance is not None
    run.program, run._state, run.waits = target, result.instance.dump(), result.instance.waits()


@pytest.mark.parametrize("folder", folders(), ids=lambda folder: folder.parent.name)
def test_every_recorded_state_can_be_moved(folder: File) -> None:
    target = other_program(folder)
    for recording in (recording for known, recording in RECORDED if known == folder):
        for saved in recording.saved:
            run = resume(folder, recording, saved)
            move(run, target)
            assert sorted(run.waiting()) == saved.waiting, recording.name


@pytest.mark.parametrize(
    ("folder", "recording"), RECORDED[::12], ids=[f"{f.parent.name}-{r.name}" for f, r in RECORDED[::12]]
)
def test_a_moved_instance_goes_on_to_the_recorded_end(folder: File, recording: Recording) -> None:
    saved = recording.saved[len(recording.saved) // 2]
    run = resume(folder, recording, saved)
    move(run, other_program(folder))
    run.go_on(saved.after)
    assert run.outcome is Outcome.COMPLETED, run.error
    assert seen(run) == recording.trace[saved.trace :]
