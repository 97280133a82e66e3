"""The commands ``deploy``, ``lint`` and ``remove``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from engine.clock import SystemClock
from engine.commands.deploy import deploy_bundle
from engine.commands.remove import remove_version
from engine.definitions import DeploymentRefused
from engine.lint import lint as find
from engine.lint.findings import Finding, Severity
from engine.queries.definitions import definition_row
from webapp.bootstrap import known_operations
from webapp.bundles import read_bundle
from webapp.cli.authoring import author
from webapp.cli.composed import composed
from webapp.cli.counting import counted


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--note", default="", help="Why, for the history of deployments.")
def deploy(folder: Path, note: str) -> None:
    """Deploy the BPMN, DMN and form files of FOLDER, such as bpmn.

    A process gets a new version only if something of it has changed; running instances stay
    on their version. Files with errors are refused as a whole.
    """
    bundle = read_bundle(folder)
    try:
        with composed() as tuidan, tuidan.transaction() as session:
            result = deploy_bundle(tuidan.engine, session, bundle, note=note, actor=author())
    except DeploymentRefused as refused:
        show(refused.findings)
        raise
    show(result.findings)
    for process in result.processes:
        state = "new" if process.created else "unchanged"
        click.echo(f"{process.process_id:<28} version {process.version} ({state})")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
def lint(folder: Path) -> None:
    """Check the BPMN, DMN and form files of FOLDER without deploying them."""
    bundle = read_bundle(folder)
    findings = find(bundle, known_operations(), SystemClock().now())
    show(findings)
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    warnings = counted(len(findings) - errors, "warning")
    click.echo(f"{counted(len(bundle), 'file')}: {counted(errors, 'error')}, {warnings}")
    sys.exit(1 if errors else 0)


@click.command()
@click.argument("process_id")
@click.argument("version", type=click.IntRange(min=1))
@click.option("--reason", required=True, help="Why; it is kept in the record.")
def remove(process_id: str, version: int, reason: str) -> None:
    """Remove VERSION of the process PROCESS_ID, so that nobody can choose it any more.

    Refused while new instances start on it or instances run on it. If none ever did, its files go
    too, unless another version needs them.
    """
    with composed() as tuidan, tuidan.transaction() as session:
        row = definition_row(session, process_id, version)
        gone = remove_version(tuidan.engine, session, row.id, reason=reason, actor=author())
    click.echo(f"{process_id} version {version} is {'gone' if gone else 'retired: its history stays'}")


def show(findings: Sequence[Finding]) -> None:
    """Print findings, one a line."""
    for finding in findings:
        click.echo(str(finding), err=True)
