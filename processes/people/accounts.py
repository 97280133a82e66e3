"""Accounts: making them, signing in, and acting as one."""

from __future__ import annotations

import datetime as dt
import functools
import uuid

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from engine.actors import Actor
from engine.ids import new_id
from processes.catalog.tables import Shop
from processes.people.errors import AccountNotFound, LoginTaken, PasswordTooShort, SignInRefused
from processes.people.roles import Role
from processes.people.tables import Account, Membership

PASSWORD_MINIMUM = 8

# RFC 9106, second recommended option: argon2id with 64 MiB, three passes, four lanes.
_hasher = PasswordHasher()


@functools.cache
def _nobodys_hash() -> str:
    """A hash that no password fits, so that an unknown login takes as long as a wrong password."""
    return _hasher.hash(uuid.uuid4().hex)


def hash_password(password: str) -> str:
    """Return the argon2id hash of a password.

    Raises:
        PasswordTooShort: It has fewer than ``PASSWORD_MINIMUM`` characters.
    """
    if len(password) < PASSWORD_MINIMUM:
        raise PasswordTooShort(minimum=PASSWORD_MINIMUM)
    return _hasher.hash(password)


def authenticate(session: Session, login: str, password: str) -> Account:
    """Return the account that a login and a password belong to.

    An unknown login, a wrong password and a closed account are refused alike and take
    equally long. A hash made with older parameters is replaced.

    Raises:
        SignInRefused: No such person, or not his password.
    """
    account = find_account(session, login)
    stored = account.password_hash if account else None
    try:
        _hasher.verify(stored or _nobodys_hash(), password)
    except (VerificationError, InvalidHashError):
        raise SignInRefused from None
    if account is None or stored is None or account.disabled:
        raise SignInRefused
    if _hasher.check_needs_rehash(stored):
        account.password_hash = _hasher.hash(password)
    return account


def find_account(session: Session, login: str) -> Account | None:
    """Return the account of a login, whatever its case, or None."""
    return session.scalar(sa.select(Account).where(Account.login == login.strip().lower()))


def account_of(session: Session, account_id: uuid.UUID | str) -> Account:
    """Return an account by its id.

    Raises:
        AccountNotFound: There is none.
    """
    try:
        key = account_id if isinstance(account_id, uuid.UUID) else uuid.UUID(account_id)
    except ValueError:
        raise AccountNotFound from None
    account = session.get(Account, key)
    if account is None:
        raise AccountNotFound
    return account


def actor_of(account: Account) -> Actor:
    """Return an account as the author of commands."""
    return Actor(id=str(account.id), name=account.display_name, groups=account.groups())


def create_account(
    session: Session,
    *,
    login: str,
    display_name: str,
    role: Role,
    password: str | None,
    now: dt.datetime,
    locale: str = "zh_CN",
    timezone: str = "Asia/Shanghai",
    demo: bool = False,
) -> Account:
    """Make an account.

    Args:
        session: The caller's transaction.
        login: Stored in lower case.
        display_name: What other people read.
        role: What the account is for.
        password: None for an account that can't sign in yet.
        now: When it is made.
        locale: The language of its pages.
        timezone: IANA name for the instants on its pages.
        demo: It belongs to the demo data.

    Raises:
        LoginTaken: The login is in use.
        PasswordTooShort: The password is.
    """
    hashed = None if password is None else hash_password(password)
    account = Account(
        login=login.strip().lower(),
        display_name=display_name,
        role=role,
        password_hash=hashed,
        locale=locale,
        timezone=timezone,
        demo=demo,
        created_at=now,
    )
    if find_account(session, account.login) is not None:
        raise LoginTaken(login=account.login)
    session.add(account)
    session.flush()
    return account


def ensure_buyer(session: Session, login: str, display_name: str, *, now: dt.datetime) -> Account:
    """Return the buyer of a login, made without a password if he is new.

    Raises:
        LoginTaken: The login belongs to somebody who isn't a buyer.
    """
    account = find_account(session, login)
    if account is None:
        session.execute(
            postgresql.insert(Account)
            .values(
                id=new_id(),
                login=login.strip().lower(),
                display_name=display_name,
                role=Role.BUYER,
                locale="zh_CN",
                timezone="Asia/Shanghai",
                disabled=False,
                demo=False,
                created_at=now,
            )
            .on_conflict_do_nothing(index_elements=["login"])
        )
        account = find_account(session, login)
    if account is None or account.role != Role.BUYER:
        raise LoginTaken(login=login)
    return account


def join_shop(session: Session, account: Account, shop: Shop, *, now: dt.datetime) -> None:
    """Make a person work for a shop; repeated, it does nothing."""
    if all(membership.shop_id != shop.id for membership in account.memberships):
        account.memberships.append(Membership(account_id=account.id, shop=shop, since=now))
        session.flush()
