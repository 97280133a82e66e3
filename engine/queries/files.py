"""What the files of a deployment belong to: which process, form and table stands where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.bundles import BundleIndex
from engine.definitions import ProcessUnknown
from engine.queries.definitions import deployment_files
from engine.spiff.parser import secure_xml
from engine.tables import DecisionRelease, ProcessDefinition, ProcessRelease

_PARTS = ("subProcess", "transaction", "adHocSubProcess")


def files_in_force(session: Session) -> dict[str, str]:
    """Return the files behind what new instances start on and which tables are asked.

    A bundle that changes one file is deployed together with these, so that what it calls, asks
    and shows is there.
    """
    found: dict[str, str] = {}
    releases = session.execute(
        sa.select(ProcessDefinition.process_id, ProcessDefinition.deployment_id)
        .join(ProcessRelease, ProcessRelease.definition_id == ProcessDefinition.id)
        .order_by(ProcessDefinition.deployment_id.desc(), ProcessDefinition.process_id)
    ).all()
    bundles = {row.deployment_id: deployment_files(session, row.deployment_id) for row in releases}
    indexes = {deployment_id: BundleIndex(files) for deployment_id, files in bundles.items()}
    for process_id, deployment_id in releases:
        for name in sorted(indexes[deployment_id].files_of(process_id)):
            found.setdefault(name, bundles[deployment_id][name])
    for decision_id, deployment_id in session.execute(
        sa.select(DecisionRelease.decision_id, DecisionRelease.deployment_id)
    ):
        files = bundles.get(deployment_id) or deployment_files(session, deployment_id)
        tables = (name for name in files if name.endswith(".dmn"))
        found.update({name: files[name] for name in tables if decision_id in decision_ids(files[name])})
    return found


@dataclass(frozen=True, kw_only=True)
class ProcessFiles:
    """What a process consists of: its own file, and the names of what it calls, asks and shows."""

    file: str
    called: tuple[str, ...]
    forms: tuple[str, ...]
    decision_files: tuple[str, ...]


def process_files(files: Mapping[str, str], process_id: str) -> ProcessFiles:
    """Find what belongs to a process among the files of a deployment.

    Raises:
        ProcessUnknown: None of the files draws it.
    """
    index = BundleIndex(files)
    process = index.processes.get(process_id)
    if process is None:
        raise ProcessUnknown(process_id=process_id)
    forms = (name for form in sorted(process.forms) for name in (form, f"forms/{form}") if name in files)
    decisions = sorted(
        name
        for name, text in files.items()
        if name.endswith(".dmn")
        and process.decisions & {e.get("id") for e in secure_xml(text).iter("{*}decision")}
    )
    return ProcessFiles(
        file=process.file,
        called=tuple(sorted(called for called in process.calls if called in index.processes)),
        forms=tuple(forms),
        decision_files=tuple(decisions),
    )


def decision_ids(text: str) -> list[str]:
    """Return the ids of the decisions that a DMN file holds."""
    return [str(element.get("id")) for element in secure_xml(text).iter("{*}decision")]


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """A process as it is drawn: its file, and the scopes whose elements its picture shows."""

    process_id: str
    name: str
    file: str
    scopes: frozenset[str]


def drawings(files: Mapping[str, str]) -> dict[str, Drawing]:
    """Return every process that a deployment draws, by its id."""
    found: dict[str, Drawing] = {}
    for file, text in files.items():
        if not file.endswith(".bpmn"):
            continue
        for process in secure_xml(text).iter("{*}process"):
            process_id = str(process.get("id"))
            parts = (e.get("id") for part in _PARTS for e in process.iter(f"{{*}}{part}"))
            found[process_id] = Drawing(
                process_id=process_id,
                name=process.get("name") or process_id,
                file=file,
                scopes=frozenset({process_id, *(str(part) for part in parts)}),
            )
    return found
