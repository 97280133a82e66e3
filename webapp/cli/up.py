"""The command ``up``."""

from __future__ import annotations

import click

from webapp.cli.progress import say
from webapp.settings import Settings
from webapp.supervisor.up import address
from webapp.supervisor.up import up as run

PASSWORD = "tuidan-demo"  # noqa: S105 - of demo accounts, which production refuses
SIGN_INS = (
    ("buyer", "buyer1"),
    ("seller, shop 1", "seller1"),
    ("seller, shop 2", "seller2"),
    ("platform agent", "agent1"),
    ("senior agent", "senior1"),
    ("operator", "ops1"),
    ("analyst", "analyst1"),
)


@click.command()
def up() -> None:
    """Start the whole product on this machine, until Ctrl-C.

    Builds the browser's files, starts the embedded PostgreSQL (or uses
    TUIDAN_DATABASE_URL), migrates, deploys bpmn/, loads demo data once, starts web and
    worker, and prints the address and a sign-in for each role. Started again, it
    continues where it was.
    """
    run(Settings.from_environment(), say, announce)


def announce(settings: Settings) -> None:
    """Print where the product is, and who can sign in."""
    click.echo(f"\nTuidan is at {address(settings)}\n")
    if settings.demo_data:
        click.echo(f"Sign in with the password {PASSWORD} as")
        for role, login in SIGN_INS:
            click.echo(f"  {login:<10} {role}")
        click.echo()
    click.echo("Ctrl-C stops everything. Logs are in " + str(settings.data_dir / "logs"))
