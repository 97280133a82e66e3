"""The command ``import``."""

from __future__ import annotations

from pathlib import Path

import click

from engine.actors import SYSTEM
from processes.importing.orders import import_orders
from processes.importing.problems import ImportRefused
from webapp.cli.composed import composed
from webapp.cli.counting import counted


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def import_(file: Path) -> None:
    """Bring in the orders, parcels and tracking events of the CSV file FILE.

    All of it or nothing: a file with errors changes nothing, and each error is listed.
    Orders that are known already are left as they are. docs/importing.md has the columns.
    """
    try:
        with file.open("rb") as stream, composed() as tuidan, tuidan.transaction() as session:
            report = import_orders(session, tuidan.engine, stream, SYSTEM, tuidan.clock.now())
    except ImportRefused as refused:
        for problem in refused.problems:
            click.echo(f"{file}: {problem}", err=True)
        raise
    click.echo(
        f"{counted(report.orders, 'order')} with {counted(report.lines, 'line')} "
        f"and {counted(report.shipments, 'parcel')} came in; known already: {report.orders_known}."
    )
