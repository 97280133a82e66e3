"""Progress, shown on standard error so that standard output stays for results."""

from __future__ import annotations

import click


def say(line: str) -> None:
    """Show a line of progress."""
    click.echo(f"==> {line}", err=True)
