"""The command ``import``."""

from __future__ import annotations

from pathlib import Path

import click

from processes.importing.orders import import_orders
from processes.importing.problems import ImportRefused
from webapp.cli.authoring import author, reason_option, write_down
from webapp.cli.composed import composed
from webapp.cli.counting import counted


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@reason_option
def import_(file: Path, reason: str) -> None:
    """Bring in the orders, parcels and tracking events of the CSV file FILE.

    All of it or nothing: a file with errors changes nothing, and each error is listed.
    Orders that are known already are left as they are. docs/importing.md has the columns.
    """
    try:
        with file.open("rb") as stream, composed() as tuidan, tuidan.transaction() as session:
            report = import_orders(session, tuidan.engine, stream, author(), tuidan.clock.now())
            write_down(
                tuidan,
                session,
                "import_orders",
                reason,
                file=file.name,
                orders=report.orders,
                lines=report.lines,
                parcels=report.shipments,
                known=report.orders_known,
            )
    except ImportRefused as refused:
        for problem in refused.problems:
            click.echo(f"{file}: {problem}", err=True)
        raise
    click.echo(
        f"{counted(report.orders, 'order')} with {counted(report.lines, 'line')} "
        f"and {counted(report.shipments, 'parcel')} came in; known already: {report.orders_known}."
    )
