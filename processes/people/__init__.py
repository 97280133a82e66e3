"""People: accounts, roles, sign-in and who works for which shop."""

from processes.catalog.tables import Shop
from processes.people.accounts import account_of, actor_of, authenticate, create_account, find_account
from processes.people.errors import SignInRefused
from processes.people.roles import Role
from processes.people.tables import Account, Membership

__all__ = [
    "Account",
    "Membership",
    "Role",
    "Shop",
    "SignInRefused",
    "account_of",
    "actor_of",
    "authenticate",
    "create_account",
    "find_account",
]
