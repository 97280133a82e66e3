"""The command ``books``: whether the books of who bears what are right."""

from __future__ import annotations

import sys

import click

from processes.liability.checking import keep_check, post_missing
from processes.liability.closing import close_days, forget_closings
from webapp.cli.authoring import reason_option, write_down
from webapp.cli.composed import composed


@click.command()
@click.option("--post", is_flag=True, help="First post cases that were paid back without an entry.")
@click.option("--rebuild", is_flag=True, help="Make the closings of all days anew.")
@reason_option
def books(post: bool, rebuild: bool, reason: str) -> None:
    """Check the books of who bears what: all accounts come to nothing, and agree with the refunds.

    Exits with 1 if they are not right.
    """
    with composed() as tuidan:
        while post:
            with tuidan.transaction() as session:
                posted = post_missing(session, now=tuidan.clock.now())
                if posted:
                    write_down(tuidan, session, "post_books", reason, cases=posted)
            if not posted:
                break
            click.echo(f"Cases posted: {posted}.")
        if rebuild:
            with tuidan.transaction() as session:
                forget_closings(session)
            days = close_days(tuidan.transaction, tuidan.clock.now())
            with tuidan.transaction() as session:
                write_down(tuidan, session, "rebuild_closings", reason, days=days)
            click.echo(f"Days closed: {days}.")
        with tuidan.transaction() as session:
            check = keep_check(session, tuidan.clock.now())
    for currency, amount in check.sums.items():
        click.echo(f"All accounts in {currency} come to {amount}.")
    for text, cases in (
        ("Entries that don't add up to nothing", check.unbalanced),
        ("The buyer's account differs from the refund", check.unlike_refund),
        ("Paid back without an entry (post them with --post)", check.unposted),
    ):
        if cases:
            click.echo(f"{text}: {', '.join(cases)}", err=True)
    if not check.right:
        sys.exit("tuidan: the books are not right.")
    click.echo("The books are right.")
