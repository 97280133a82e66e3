"""The command ``bench``."""

from __future__ import annotations

import subprocess
import sys

import click

from webapp.settings import PROJECT


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def bench(arguments: tuple[str, ...]) -> None:
    """Measure the product beside its own database, and print the ratios.

    ARGUMENTS choose what is measured; without any, everything is.
    """
    status = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks", *arguments], cwd=PROJECT, check=False
    ).returncode
    sys.exit(status)
