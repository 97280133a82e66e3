"""The command ``account``: people who sign in, and analysts' and operators' tokens."""

from __future__ import annotations

import click

from engine.values import JSON
from processes.catalog.shops import find_shop
from processes.people.accounts import create_account, find_account, hash_password, join_shop
from processes.people.errors import AccountNotFound
from processes.people.roles import Role
from processes.people.tokens import issue_deploy_token, withdraw_deploy_token
from webapp.cli.authoring import reason_option, write_down
from webapp.cli.composed import composed


@click.group()
def account() -> None:
    """Create accounts, set passwords, issue analysts' and operators' tokens."""


@account.command()
@click.argument("login")
@click.option("--name", required=True, help="What others see.")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option(
    "--shop", "shops", multiple=True, help="The slug of a shop that a seller works for; repeatable."
)
@click.password_option(help="Asked for when not given.")
@reason_option
def create(login: str, name: str, role: str, shops: tuple[str, ...], password: str, reason: str) -> None:
    """Create the account LOGIN."""
    with composed() as tuidan, tuidan.transaction() as session:
        now = tuidan.clock.now()
        made = create_account(
            session, login=login, display_name=name, role=Role(role), password=password, now=now
        )
        for slug in shops:
            join_shop(session, made, find_shop(session, slug), now=now)
        joined: list[JSON] = list(shops)
        write_down(tuidan, session, "create_account", reason, login=made.login, role=role, shops=joined)
    click.echo(f"{login} can sign in now.")


@account.command()
@click.argument("login")
@click.password_option(help="Asked for when not given.")
@reason_option
def password(login: str, password: str, reason: str) -> None:
    """Set the password of the account LOGIN."""
    with composed() as tuidan, tuidan.transaction() as session:
        found = find_account(session, login)
        if found is None:
            raise AccountNotFound(login=login)
        found.password_hash = hash_password(password)
        write_down(tuidan, session, "set_password", reason, login=found.login)
    click.echo(f"{login} has a new password.")


@account.command()
@click.argument("login")
@click.option("--withdraw", is_flag=True, help="Let the token stop working; give no new one.")
@reason_option
def token(login: str, withdraw: bool, reason: str) -> None:
    """Give LOGIN, an analyst or operator, a new token for the HTTP API; the one before stops working."""
    with composed() as tuidan, tuidan.transaction() as session:
        found = find_account(session, login)
        if found is None:
            raise AccountNotFound(login=login)
        if withdraw:
            withdraw_deploy_token(session, found)
            write_down(tuidan, session, "withdraw_token", reason, login=found.login)
            return
        issued = issue_deploy_token(session, found, now=tuidan.clock.now())
        write_down(tuidan, session, "issue_token", reason, login=found.login)
    click.echo(issued)
