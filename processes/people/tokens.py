"""Tokens with which analysts' tools check and deploy bundles over the HTTP API."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from processes.catalog.shops import new_token, token_hash
from processes.people.errors import DeployTokenRefused, NotAnAnalyst
from processes.people.roles import Role
from processes.people.tables import Account, DeployToken


def issue_deploy_token(session: Session, account: Account, *, now: dt.datetime) -> str:
    """Give an analyst a new token and return it; the one before stops working.

    Raises:
        NotAnAnalyst: The account is for something else.
    """
    if account.role != Role.ANALYST:
        raise NotAnAnalyst(login=account.login)
    token = new_token()
    values = {"token_hash": token_hash(token), "issued_at": now}
    session.execute(
        insert(DeployToken)
        .values(account_id=account.id, **values)
        .on_conflict_do_update(index_elements=["account_id"], set_=values)
    )
    return token


def withdraw_deploy_token(session: Session, account: Account) -> bool:
    """Let an analyst's token stop working; False if there was none."""
    gone = (
        sa.delete(DeployToken).where(DeployToken.account_id == account.id).returning(DeployToken.account_id)
    )
    return session.scalar(gone) is not None


def analyst_of_token(session: Session, token: str) -> Account:
    """Return the analyst to whom a token belongs.

    Raises:
        DeployTokenRefused: It belongs to nobody, or to an account that is closed or no analyst's any more.
    """
    account = session.scalar(
        sa.select(Account)
        .join(DeployToken, DeployToken.account_id == Account.id)
        .where(DeployToken.token_hash == token_hash(token))
    )
    if account is None or account.disabled or account.role != Role.ANALYST:
        raise DeployTokenRefused
    return account
