"""The command ``test``."""

from __future__ import annotations

import sys

import click

from webapp.checks.steps import run_everything, run_some
from webapp.cli.progress import say


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": ["-h", "--help"]})
@click.argument("pytest_arguments", nargs=-1, type=click.UNPROCESSED)
def test(pytest_arguments: tuple[str, ...]) -> None:
    """Check everything: lint, format, types, import rules, diagrams, and all tests.

    Installs what that needs, Chromium included (as root; otherwise it says what to
    install). With arguments, runs pytest alone and passes them on:
    `./tuidan test tests/unit -k money`.
    """
    sys.exit(run_some(pytest_arguments, say) if pytest_arguments else run_everything(say))
