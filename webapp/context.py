"""What a request knows: the composed product, and who is reading.

The reader is a frozen copy of the account, taken once for each request, so that a page
never touches the database by rendering a name.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from flask import abort, current_app, g

from engine.actors import Actor
from processes.people.accounts import actor_of
from processes.people.roles import Role
from processes.people.tables import Account

if TYPE_CHECKING:
    from webapp.bootstrap import Tuidan

EXTENSION = "tuidan"


@dataclass(frozen=True, kw_only=True)
class Reader:
    """The signed-in person.

    Attributes:
        locale: The account's language, which a choice by hand overrides.
        timezone: IANA name; instants are shown in it.
        actor: The person as the author of commands.
        shops: Ids and names of the shops that a seller works for.
    """

    account_id: uuid.UUID
    login: str
    name: str
    role: Role
    locale: str
    timezone: str
    actor: Actor
    shops: tuple[tuple[uuid.UUID, str], ...] = ()

    @classmethod
    def of(cls, account: Account) -> Reader:
        """Copy what pages need from an account of an open database session."""
        return cls(
            account_id=account.id,
            login=account.login,
            name=account.display_name,
            role=Role(account.role),
            locale=account.locale,
            timezone=account.timezone,
            actor=actor_of(account),
            shops=tuple((m.shop_id, m.shop.name) for m in account.memberships),
        )

    @property
    def shop_ids(self) -> tuple[uuid.UUID, ...]:
        """The shops whose data a seller may see."""
        return tuple(shop_id for shop_id, _ in self.shops)


def tuidan() -> Tuidan:
    """The composed product behind this request."""
    return cast("Tuidan", current_app.extensions[EXTENSION])


def now() -> dt.datetime:
    """The present instant by the product's clock, in UTC."""
    return tuidan().clock.now()


def current_reader() -> Reader | None:
    """The signed-in person, or None for a visitor."""
    return cast("Reader | None", g.get("reader"))


def reader() -> Reader:
    """The signed-in person; pages that call this are behind a sign-in."""
    person = current_reader()
    if person is None:
        abort(401)
    return person
