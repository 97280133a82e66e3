"""What belongs together in a bundle: a process, what it calls, asks and shows."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from engine.spiff.parser import secure_xml

_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_DIALECT = "{http://spiffworkflow.org/bpmn/schema/1.0/core}"


@dataclass(frozen=True)
class Process:
    """An executable process: its file, and the names that it refers to."""

    id: str
    file: str
    calls: frozenset[str]
    decisions: frozenset[str]
    forms: frozenset[str]


class BundleIndex:
    """Where each process and decision of a bundle stands, and what depends on what."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self._files = files
        self.processes: dict[str, Process] = {}
        self._decision_files: dict[str, str] = {}
        for name, text in files.items():
            if name.endswith(".bpmn"):
                self._index_bpmn(name, text)
            elif name.endswith(".dmn"):
                for element in secure_xml(text).iter("{*}decision"):
                    self._decision_files[element.get("id")] = name

    def _index_bpmn(self, name: str, text: str) -> None:
        for process in secure_xml(text).iter(f"{_BPMN}process"):
            self.processes[process.get("id")] = Process(
                id=process.get("id"),
                file=name,
                calls=frozenset(e.get("calledElement") for e in process.iter(f"{_BPMN}callActivity")),
                decisions=frozenset(
                    (e.text or "").strip() for e in process.iter(f"{_DIALECT}calledDecisionId")
                ),
                forms=frozenset(
                    e.get("value")
                    for e in process.iter(f"{_DIALECT}property")
                    if e.get("name") == "formJsonSchemaFilename"
                ),
            )

    def files_of(self, process_id: str) -> frozenset[str]:
        """The files that decide how a process behaves, those of called ones included."""
        seen: set[str] = set()
        found: set[str] = set()
        todo = [process_id]
        while todo:
            process = self.processes.get(todo.pop())
            if process is None or process.id in seen:
                continue
            seen.add(process.id)
            found.add(process.file)
            found.update(self._decision_files[d] for d in process.decisions if d in self._decision_files)
            found.update(n for f in process.forms for n in (f, f"forms/{f}") if n in self._files)
            todo.extend(process.calls)
        return frozenset(found)

    def digest_of(self, process_id: str) -> str:
        """SHA-256 of those files: two versions with the same digest behave the same."""
        return digest({name: self._files[name] for name in self.files_of(process_id)})


def digest(files: Mapping[str, str]) -> str:
    """SHA-256 of a set of files with their names, whatever their order."""
    content = hashlib.sha256()
    for name, text in sorted(files.items()):
        content.update(f"{name}\0{len(text)}\0{text}\0".encode())
    return content.hexdigest()
