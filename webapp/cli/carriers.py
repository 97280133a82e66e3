"""The commands ``carrier`` and ``tracking``: who reports tracking by himself, and reports in files."""

from __future__ import annotations

from pathlib import Path

import click

from engine.values import JSON
from processes.importing.problems import ImportRefused
from processes.importing.tracking import TrackingImport, import_tracking
from processes.shipping.feeds import close_feed, create_feed, feeds, secret_of
from webapp.cli.authoring import author, reason_option, write_down
from webapp.cli.composed import composed
from webapp.cli.counting import counted


class _DryRun(Exception):
    """Rolls back what a dry run has done."""


@click.group()
def carrier() -> None:
    """Let carriers, and aggregators of many, report tracking by themselves."""


@carrier.command()
@click.argument("name")
@click.option("--parcels-of", multiple=True, help="A carrier whose parcels it may report; none: everybody's.")
@reason_option
def add(name: str, parcels_of: tuple[str, ...], reason: str) -> None:
    """Let NAME report tracking; prints the address's key and the secret to sign with."""
    with composed() as tuidan, tuidan.transaction() as session:
        feed = create_feed(session, name=name, carriers=parcels_of, now=tuidan.clock.now())
        carriers: list[JSON] = list(parcels_of)
        write_down(tuidan, session, "add_carrier", reason, name=name, key=feed.key, carriers=carriers)
        click.echo(f"{feed.key} {secret_of(feed.key, tuidan.settings.secret_key)}")


@carrier.command("list")
def list_() -> None:
    """List who may report, and whose parcels."""
    with composed() as tuidan, tuidan.transaction() as session:
        for feed in feeds(session):
            state = "closed" if feed.closed_at else ", ".join(feed.carriers) or "all carriers"
            click.echo(f"{feed.key} {feed.name}: {state}")


@carrier.command()
@click.argument("key")
@reason_option
def close(key: str, reason: str) -> None:
    """Let the feed KEY report no more."""
    with composed() as tuidan, tuidan.transaction() as session:
        close_feed(session, key, now=tuidan.clock.now())
        write_down(tuidan, session, "close_carrier", reason, key=key)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Only say what would come of it.")
@reason_option
def tracking(file: Path, *, dry_run: bool, reason: str) -> None:
    """Bring in the tracking events of the CSV file FILE: all of them or none.

    Events that are known already do nothing, and those of parcels that aren't known yet wait for them.
    docs/importing.md has the columns.
    """
    done = TrackingImport()
    try:
        with file.open("rb") as stream, composed() as tuidan, tuidan.transaction() as session:
            done = import_tracking(session, tuidan.engine, stream, author(), tuidan.clock.now())
            if dry_run:
                raise _DryRun
            write_down(
                tuidan,
                session,
                "import_tracking",
                reason,
                file=file.name,
                recorded=done.recorded,
                known=done.known,
                kept=done.kept,
            )
    except ImportRefused as refused:
        for problem in refused.problems:
            click.echo(f"{file}: {problem}", err=True)
        raise
    except _DryRun:
        click.echo(
            f"{counted(done.recorded, 'event')} would come in; known already: {done.known}; "
            f"would wait for parcels: {done.kept}."
        )
        return
    click.echo(
        f"{counted(done.recorded, 'event')} came in; known already: {done.known}; "
        f"wait for parcels: {done.kept}."
    )
