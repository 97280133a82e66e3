"""The command ``shop``: shops, and their access to the HTTP API."""

from __future__ import annotations

import click

from engine.values import Variables
from processes.catalog.shops import create_shop, find_shop, issue_api_token
from processes.orders.rules import TENDERS
from webapp.cli.authoring import reason_option, write_down
from webapp.cli.composed import composed


@click.group()
def shop() -> None:
    """Create shops and tokens for the HTTP API."""


@shop.command()
@click.argument("slug")
@click.option("--name", required=True, help="What buyers see.")
@click.option("--return-name", required=True, help="Who receives returned goods.")
@click.option("--return-phone", required=True)
@click.option("--return-address", required=True)
@reason_option
def create(
    slug: str, name: str, return_name: str, return_phone: str, return_address: str, reason: str
) -> None:
    """Create the shop SLUG, and print its token for the HTTP API."""
    address = {"name": return_name, "phone": return_phone, "address": return_address}
    with composed() as tuidan, tuidan.transaction() as session:
        made = create_shop(
            session, slug=slug, name=name, return_address=address, now=tuidan.clock.now(), demo=False
        )
        issued = issue_api_token(session, made)
        write_down(tuidan, session, "create_shop", reason, shop=made.slug, name=name)
    click.echo(issued)


@shop.command()
@click.argument("slug")
@reason_option
def token(slug: str, reason: str) -> None:
    """Give the shop SLUG a new token for the HTTP API; the one before stops working."""
    with composed() as tuidan, tuidan.transaction() as session:
        issued = issue_api_token(session, find_shop(session, slug))
        write_down(tuidan, session, "issue_shop_token", reason, shop=slug)
    click.echo(issued)


@shop.command("tender-order")
@click.argument("slug")
@click.argument("tenders", nargs=-1, type=click.Choice(TENDERS))
@click.option("--as-platform", is_flag=True, help="Do as the platform has set, again.")
@reason_option
def tender_order(slug: str, tenders: tuple[str, ...], as_platform: bool, reason: str) -> None:
    """Let refunds of the shop SLUG use up TENDERS in that order; none: all in proportion."""
    with composed() as tuidan, tuidan.transaction() as session:
        found = find_shop(session, slug)
        before, found.tender_order = found.tender_order, None if as_platform else ",".join(tenders)
        changes: Variables = {"shop": slug, "before": before, "after": found.tender_order}
        write_down(tuidan, session, "set_tender_order", reason, **changes)


@shop.command("close")
@click.argument("slug")
@click.option("--reopen", is_flag=True, help="Open it again.")
@reason_option
def close(slug: str, reopen: bool, reason: str) -> None:
    """Close the account of the shop SLUG: what it has to bear from now on, the platform lays out."""
    with composed() as tuidan, tuidan.transaction() as session:
        find_shop(session, slug).closed_at = None if reopen else tuidan.clock.now()
        write_down(tuidan, session, "reopen_shop" if reopen else "close_shop", reason, shop=slug)
