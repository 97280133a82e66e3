"""The command ``record``."""

from __future__ import annotations

import click

from processes.record.counting import rebuild
from webapp.cli.authoring import reason_option, write_down
from webapp.cli.composed import composed


@click.command()
@reason_option
def record(reason: str) -> None:
    """Count the shops' record anew, from the first case on.

    A worker keeps it counted by itself; this is for when the rules of counting or old cases
    have changed. Pages show the days as they are counted.
    """
    with composed() as tuidan:
        rebuild(tuidan.transaction, tuidan.clock.now(), click.echo)
        with tuidan.transaction() as session:
            write_down(tuidan, session, "rebuild_record", reason)
    click.echo("The record is counted.")
