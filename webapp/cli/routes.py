"""The command ``routes``."""

from __future__ import annotations

import click

from webapp.app import create_app
from webapp.cli.composed import composed


@click.command()
def routes() -> None:
    """List the addresses that the web serves."""
    with composed() as tuidan:
        rules = sorted(create_app(tuidan).url_map.iter_rules(), key=lambda rule: rule.rule)
    for rule in rules:
        methods = ",".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        click.echo(f"{methods:<10} {rule.rule:<60} {rule.endpoint}")
