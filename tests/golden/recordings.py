"""Recorded instances: how they are kept, and how one is made by running a path."""

from __future__ import annotations

import datetime as dt
import functools
import importlib.metadata
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path as File
from typing import Any

from engine.bundles import digest
from engine.operations import BpmnError
from engine.runner import Outcome, Runner
from engine.spiff.codec import FORMAT
from engine.spiff.parser import Program, parse
from engine.values import Variables
from tests.process.bundle import files, program, registry
from tests.process.running import ANSWERS, CASE, Path, begin

FOLDER = File(__file__).parent
BEGAN = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)
LIBRARY = importlib.metadata.version("spiffworkflow")


@dataclass(frozen=True)
class Saved:
    """A state that was saved on the way.

    Attributes:
        after: How many actions had been done, ``trace`` and ``calls`` how long those lists were.
        waiting: The elements that waited.
    """

    after: int
    trace: int
    calls: int
    now: str
    waiting: list[str]
    state: dict[str, Any]


@dataclass(frozen=True)
class Recording:
    """One run along one path, complete in itself: today's paths and answers may be others.

    Attributes:
        changed: What an analyst changed in the bundle: file, text, other text.
        message: What started it; empty if it was started by its name.
        actions: What was done from outside, as the runner's method and its arguments.
        calls: Operation, arguments, and the result or the business error.
    """

    name: str
    process_id: str
    changed: list[list[str]]
    variables: Variables
    actions: list[list[Any]] = field(default_factory=list)
    calls: list[list[Any]] = field(default_factory=list)
    trace: list[list[str | None]] = field(default_factory=list)
    result: Variables = field(default_factory=dict)
    saved: list[Saved] = field(default_factory=list)
    message: str = ""


class Recorder(Runner):
    """Runs a path and writes down what is done, what is answered, and each state between."""

    def __init__(self, path: Path) -> None:
        self.recording = Recording(
            str(path),
            path.process_id,
            [list(change) for change in path.changed],
            {**CASE, **path.variables},
            message=path.message,
        )
        answers = {
            name: self._answering(name, answer) for name, answer in {**ANSWERS, **path.answers}.items()
        }
        super().__init__(program(path.changed), answers=answers, registry=registry(), start=BEGAN)

    def _answering(self, name: str, answer: Any) -> Callable[..., Any]:
        def answered(**arguments: Any) -> Any:
            result = answer(**arguments) if callable(answer) else answer
            error = {"error": [result.code, result.message]} if isinstance(result, BpmnError) else None
            self.recording.calls.append([name, arguments, error or {"result": result}])
            return result

        return answered

    def complete(self, element_id: str, values: Variables | None = None) -> Runner:
        return self._note("complete", element_id, values or {})

    def send(self, message: str, payload: Variables | None = None) -> Runner:
        return self._note("send", message, payload or {})

    def finish(self, element_id: str, result: Variables | BpmnError) -> Runner:
        assert isinstance(result, dict)
        return self._note("finish", element_id, result)

    def forward(self, duration: str) -> Runner:
        return self._note("forward", duration)

    def _note(self, method: str, *arguments: Any) -> Runner:
        self.recording.actions.append([method, *arguments])
        getattr(super(), method)(*arguments)
        return self.note_state()

    def note_state(self) -> Runner:
        """Keep the state as it is now, and what was seen."""
        recording = self.recording
        recording.trace[:] = seen(self)
        if self.outcome is Outcome.WAITING:
            now = self.clock.now().isoformat()
            sizes = len(recording.actions), len(recording.trace), len(recording.calls)
            state = json.loads(self._state)
            recording.saved.append(Saved(*sizes, now, sorted(self.waiting()), state))
        return self


def record(path: Path) -> Recording:
    """Run a path as the process tests do."""
    run = Recorder(path)
    begin(run, path.process_id, run.recording.variables, path.message)
    run.note_state()
    for step in path.steps:
        step(run)
    assert run.outcome is Outcome.COMPLETED, f"{path}: {run.error!r}, waits for {run.waiting()}"
    run.recording.result.update(run.variables)
    return run.recording


def seen(run: Runner) -> list[list[str | None]]:
    """A run's trace, as it is kept."""
    return [[e.kind, e.process_id, e.element_id, e.source] for e in run.trace]


def write(recordings: list[Recording]) -> File:
    """Keep recordings made on today's bundle, each state once; never over older ones."""
    folder = FOLDER / f"format-{FORMAT}" / digest(files())[:16]
    folder.mkdir(parents=True)
    known: set[str] = set()
    lines = []
    for recording in recordings:
        new = [s for s in recording.saved if json.dumps(s.state, sort_keys=True) not in known]
        known.update(json.dumps(s.state, sort_keys=True) for s in new)
        if new:
            lines.append(_compact(asdict(recording) | {"saved": [asdict(saved) for saved in new]}))
    (folder / "instances.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "bundle.json").write_text(_compact(files()) + "\n", encoding="utf-8")
    (folder / "checked.json").write_text(_compact({"spiffworkflow": [LIBRARY]}) + "\n", encoding="utf-8")
    return folder


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def folders() -> list[File]:
    """Every set of recordings: one for each format and bundle."""
    return sorted(file.parent for file in FOLDER.glob("format-*/*/instances.jsonl"))


@functools.cache
def kept(folder: File) -> tuple[Recording, ...]:
    """The recordings of a set."""
    return tuple(_recordings(folder))


def _recordings(folder: File) -> Iterator[Recording]:
    for line in (folder / "instances.jsonl").read_text(encoding="utf-8").splitlines():
        content = json.loads(line)
        content["saved"] = [Saved(**saved) for saved in content["saved"]]
        yield Recording(**content)


def bundle(folder: File) -> dict[str, str]:
    """The files that a set was recorded on."""
    content: dict[str, str] = json.loads((folder / "bundle.json").read_text(encoding="utf-8"))
    return content


@functools.cache
def recorded_program(folder: File, changed: tuple[tuple[str, str, str], ...]) -> Program:
    """A set's bundle, parsed by today's parser."""
    content = bundle(folder)
    for name, before, after in changed:
        content[name] = content[name].replace(before, after)
    return parse(content)
