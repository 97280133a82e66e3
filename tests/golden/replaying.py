"""Takes a recorded state up again and goes on along the recorded path."""

from __future__ import annotations

import datetime as dt
from pathlib import Path as File
from typing import Any

import orjson

from engine.operations import BpmnError
from engine.runner import Runner
from engine.spiff.instance import Instance
from tests.golden.recordings import BEGAN, Recording, Saved, recorded_program
from tests.process.bundle import registry
from tests.process.running import begin


class Replay(Runner):
    """A runner whose operations answer as they did when the path was recorded."""

    def __init__(self, folder: File, recording: Recording, *, calls: int, now: dt.datetime) -> None:
        changed = tuple((name, before, after) for name, before, after in recording.changed)
        self.recording = recording
        self.answers_left = recording.calls[calls:]
        answers = {name: self._answering(name) for name in {call[0] for call in recording.calls}}
        super().__init__(recorded_program(folder, changed), answers=answers, registry=registry(), start=now)

    def _answering(self, name: str) -> Any:
        def answered(**arguments: Any) -> Any:
            expected = self.answers_left.pop(0)
            assert [name, arguments] == expected[:2], "another call than the recorded one"
            answer = expected[2]
            return BpmnError(*answer["error"]) if "error" in answer else answer["result"]

        return answered

    def go_on(self, after: int) -> Replay:
        """Do the recorded actions that are left."""
        for method, *arguments in self.recording.actions[after:]:
            assert self.error is None, self.error
            getattr(self, method)(*arguments)
        return self

    @property
    def state(self) -> dict[str, Any]:
        """The state as it would be saved now."""
        content: dict[str, Any] = orjson.loads(self._state)
        return content


def resume(folder: File, recording: Recording, saved: Saved) -> Replay:
    """Load a recorded state with today's code."""
    run = Replay(folder, recording, calls=saved.calls, now=dt.datetime.fromisoformat(saved.now))
    run._process_id = recording.process_id
    run._state = orjson.dumps(saved.state)
    instance = Instance.load(run.program, run._process_id, run._state, run.clock.now(), run._caller)
    run.waits = instance.waits()
    return run


def restart(folder: File, recording: Recording) -> Replay:
    """Run a recorded path from its beginning with today's code."""
    run = Replay(folder, recording, calls=0, now=BEGAN)
    begin(run, recording.process_id, recording.variables, recording.message)
    return run
