"""Tokens with which analysts' tools deploy bundles, and operators' programs act, over the HTTP API."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from processes.catalog.shops import new_token, token_hash
from processes.people.errors import DeployTokenRefused, GetsNoToken
from processes.people.roles import Role
from processes.people.tables import Account, DeployToken

WITH_TOKENS = frozenset({Role.ANALYST, Role.OPERATOR})
"""What an account has to be for to have a token; it may do with it what that role may."""


def issue_deploy_token(session: Session, account: Account, *, now: dt.datetime) -> str:
    """Give an analyst or an operator a new token and return it; the one before stops working.

    Raises:
        GetsNoToken: The account is for something else.
    """
    if account.role not in WITH_TOKENS:
        raise GetsNoToken(login=account.login)
    token = new_token()
    values = {"token_hash": token_hash(token), "issued_at": now}
    session.execute(
        insert(DeployToken)
        .values(account_id=account.id, **values)
        .on_conflict_do_update(index_elements=["account_id"], set_=values)
    )
    return token


def withdraw_deploy_token(session: Session, account: Account) -> bool:
    """Let a person's token stop working; False if there was none."""
    gone = (
        sa.delete(DeployToken).where(DeployToken.account_id == account.id).returning(DeployToken.account_id)
    )
    return session.scalar(gone) is not None


def account_of_token(session: Session, token: str, role: Role) -> Account:
    """Return the person of a role to whom a token belongs.

    Raises:
        DeployTokenRefused: It belongs to nobody, or to an account that is closed or for something else.
    """
    account = session.scalar(
        sa.select(Account)
        .join(DeployToken, DeployToken.account_id == Account.id)
        .where(DeployToken.token_hash == token_hash(token))
    )
    if account is None or account.disabled or account.role != role:
        raise DeployTokenRefused
    return account
