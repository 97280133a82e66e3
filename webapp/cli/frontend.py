"""The command ``frontend``."""

from __future__ import annotations

import click

from webapp.cli.progress import say
from webapp.settings import Settings
from webapp.supervisor.frontend import build


@click.command()
def frontend() -> None:
    """Build the browser's files, if their sources have changed.

    `./tuidan up` does this itself; a machine that runs `./tuidan web` needs it.
    """
    made = build(Settings.from_environment().data_dir, say)
    click.echo("The browser's files are built." if made else "The browser's files are up to date.")
