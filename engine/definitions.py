"""Deployments: bundles of BPMN, DMN and form files, and the programs parsed from them.

A bundle is content-addressed: the same files deployed again are the same deployment.
A parsed program is kept in memory for each deployment, since it never changes.
"""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from engine import tables
from engine.actors import Actor
from engine.bundles import BundleIndex, digest
from engine.decision_versions import number_tables
from engine.errors import Kind, NotFound, TuidanError
from engine.ids import new_id
from engine.lint import lint
from engine.lint.findings import Finding, Severity
from engine.operations import OperationRegistry
from engine.spiff.parser import Program, parse
from engine.stores import declare
from engine.values import Variables
from engine.versions import DeployedProcess, alone_with_versions, release

SUFFIXES = (".bpmn", ".dmn", ".form")


class DeploymentRefused(TuidanError):
    """The bundle has errors; nothing was deployed. Mend them and deploy again."""

    code = "deployment.refused"

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__(errors=sum(f.severity is Severity.ERROR for f in findings))


class DeploymentEmpty(TuidanError):
    """There is no BPMN file in the bundle; name at least one."""

    code = "deployment.empty"


class ProcessUnknown(NotFound):
    """There is no deployed process {process_id}: check its id, or deploy its diagram first."""

    code = "process.unknown"


class DecisionUnknown(NotFound):
    """There is no deployed decision table {decision_id}: check its id, or deploy the table first."""

    code = "decision.unknown"
    kind = Kind.NOT_FOUND


@dataclass(frozen=True, kw_only=True)
class DeploymentResult:
    """What a deployment did; ``created`` is False when the same files were there already."""

    id: uuid.UUID
    created: bool
    processes: tuple[DeployedProcess, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, kw_only=True)
class Definition:
    """A process version, with the program that runs it."""

    id: uuid.UUID
    process_id: str
    version: int
    program: Program


class Definitions:
    """Deploys bundles, and finds the program for a process or an instance."""

    def __init__(self, registry: OperationRegistry) -> None:
        self._registry = registry
        self._programs: dict[uuid.UUID, Program] = {}
        self._definitions: dict[uuid.UUID, Definition] = {}
        self._forms: dict[tuple[uuid.UUID, str], str | None] = {}
        self._lock = threading.Lock()

    def deploy(
        self, session: Session, files: Mapping[str, str], *, actor: Actor, now: dt.datetime, note: str = ""
    ) -> DeploymentResult:
        """Lint a bundle and make it the one that new instances start on.

        Args:
            files: Names such as ``refund.bpmn`` or ``forms/ruling.form``, to their text.

        Raises:
            DeploymentRefused: With every finding, if any is an error.
            DeploymentEmpty: If there is no diagram among them.
        """
        bundle = _bundle(files)
        if not any(name.endswith(".bpmn") for name in bundle):
            raise DeploymentEmpty
        findings = lint(bundle, self._registry, now)
        if any(f.severity is Severity.ERROR for f in findings):
            raise DeploymentRefused(findings)
        program = parse(bundle)
        alone_with_versions(session)
        content = digest(bundle)
        deployment = session.scalar(sa.select(tables.Deployment).where(tables.Deployment.digest == content))
        created = deployment is None
        if deployment is None:
            deployment = tables.Deployment(
                id=new_id(), digest=content, deployed_at=now, deployed_by=actor.id, note=note
            )
            session.add(deployment)
            session.flush()
            session.add_all(
                tables.DeploymentResource(deployment_id=deployment.id, name=n, content=t)
                for n, t in bundle.items()
            )
            session.flush()
        declare(session, program.stores.values())
        index = BundleIndex(bundle)
        processes = tuple(
            release(session, deployment.id, process_id, name, index, program.triggers(process_id), now)
            for process_id, name in sorted(program.names.items())
        )
        number_tables(session, program.decisions.values(), deployed_by=actor.id, now=now, note=note)
        for decision_id in program.decisions:
            values = {"decision_id": decision_id, "deployment_id": deployment.id}
            session.execute(
                insert(tables.DecisionRelease)
                .values(values)
                .on_conflict_do_update(index_elements=["decision_id"], set_={"deployment_id": deployment.id})
            )
        return DeploymentResult(
            id=deployment.id, created=created, processes=processes, findings=tuple(findings)
        )

    def number_released_tables(self, session: Session) -> None:
        """Give the tables in force that were deployed before tables had versions theirs."""
        release, numbered = tables.DecisionRelease, tables.DecisionVersion
        without = ~sa.exists().where(numbered.decision_id == release.decision_id)
        rows = session.execute(
            sa.select(release.decision_id, tables.Deployment)
            .join(tables.Deployment, tables.Deployment.id == release.deployment_id)
            .where(without)
        ).all()
        for decision_id, deployment in rows:
            number_tables(
                session,
                [self.program(session, deployment.id).decisions[decision_id]],
                deployed_by=deployment.deployed_by,
                now=deployment.deployed_at,
                note=deployment.note,
            )

    def is_known(self, session: Session, files: Mapping[str, str]) -> bool:
        """Whether exactly these files were deployed before."""
        known = sa.select(tables.Deployment.id).where(tables.Deployment.digest == digest(_bundle(files)))
        return session.scalar(known) is not None

    def released(self, session: Session, process_id: str) -> Definition:
        """The version of a process that new instances start on.

        Raises:
            ProcessUnknown: None is deployed.
        """
        row = session.scalar(
            sa.select(tables.ProcessRelease.definition_id).where(
                tables.ProcessRelease.process_id == process_id
            )
        )
        if row is None:
            raise ProcessUnknown(process_id=process_id)
        return self.get(session, row)

    def get(self, session: Session, definition_id: uuid.UUID) -> Definition:
        """A process version by its id, from memory after the first time."""
        definition = self._definitions.get(definition_id)
        if definition is None:
            row = session.get_one(tables.ProcessDefinition, definition_id)
            program = self.program(session, row.deployment_id)
            definition = Definition(
                id=row.id, process_id=row.process_id, version=row.version, program=program
            )
            self._definitions[definition_id] = definition
        return definition

    def program(self, session: Session, deployment_id: uuid.UUID) -> Program:
        """The parsed program of a deployment, from memory after the first time."""
        program = self._programs.get(deployment_id)
        if program is None:
            files = self.files(session, deployment_id)
            with self._lock:
                program = self._programs.get(deployment_id) or parse(files)
                self._programs[deployment_id] = program
        return program

    def files(self, session: Session, deployment_id: uuid.UUID) -> dict[str, str]:
        """The files of a deployment, by name."""
        resource = tables.DeploymentResource
        rows = session.execute(
            sa.select(resource.name, resource.content).where(resource.deployment_id == deployment_id)
        )
        return {name: content for name, content in rows.all()}  # noqa: C416 - typed rows

    def form(self, session: Session, definition_id: uuid.UUID, form_key: str) -> str | None:
        """The text of a form as it was deployed with a process version."""
        key = (definition_id, form_key)
        if key not in self._forms:
            resource, definition = tables.DeploymentResource, tables.ProcessDefinition
            self._forms[key] = session.scalar(
                sa.select(resource.content)
                .join(definition, definition.deployment_id == resource.deployment_id)
                .where(definition.id == definition_id, resource.name.in_([form_key, f"forms/{form_key}"]))
            )
        return self._forms[key]

    def decide(self, session: Session, decision_id: str, variables: Variables) -> Variables:
        """Ask the decision table that was deployed last; empty if no rule matches.

        Raises:
            DecisionUnknown: There is no such table.
        """
        deployment_id = session.scalar(
            sa.select(tables.DecisionRelease.deployment_id).where(
                tables.DecisionRelease.decision_id == decision_id
            )
        )
        if deployment_id is None:
            raise DecisionUnknown(decision_id=decision_id)
        return self.program(session, deployment_id).decisions[decision_id].decide(variables)


def _bundle(files: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in files.items() if name.endswith(SUFFIXES)}
