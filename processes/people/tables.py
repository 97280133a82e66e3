"""Tables of the people: accounts, and which shops they work for."""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from engine.database import Base
from engine.ids import new_id
from processes.catalog.tables import Shop
from processes.people.roles import Role, groups_of

ROLES = ", ".join(f"'{role}'" for role in Role)


class Account(Base):
    """A person who can sign in.

    Attributes:
        login: Lower case, unique.
        display_name: What other people read.
        password_hash: argon2id, with its parameters; None if sign-in isn't possible, as for
            a buyer whom an import has named.
        role: One of ``Role``.
        locale: ``zh_CN`` or ``en``.
        timezone: IANA name; deadlines are shown in it.
        disabled: The account can't sign in; what it did stays.
        demo: Made by the demo data; production refuses to start with such accounts.
    """

    __tablename__ = "account"
    __table_args__ = (
        sa.CheckConstraint(f"role IN ({ROLES})", name="role_known"),
        sa.CheckConstraint("login = lower(login)", name="login_lower_case"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    login: Mapped[str] = mapped_column(unique=True)
    display_name: Mapped[str]
    password_hash: Mapped[str | None]
    role: Mapped[str]
    locale: Mapped[str] = mapped_column(default="zh_CN")
    timezone: Mapped[str] = mapped_column(default="Asia/Shanghai")
    disabled: Mapped[bool] = mapped_column(default=False)
    demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[dt.datetime]

    memberships: Mapped[list[Membership]] = relationship(back_populates="account", lazy="selectin")

    def groups(self) -> frozenset[str]:
        """The candidate groups whose tasks this person may do."""
        return groups_of(Role(self.role), str(self.id), [str(m.shop_id) for m in self.memberships])


class Membership(Base):
    """A person works for a shop."""

    __tablename__ = "membership"

    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), primary_key=True)
    shop_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("shop.id"), primary_key=True, index=True)
    since: Mapped[dt.datetime]

    account: Mapped[Account] = relationship(back_populates="memberships")
    shop: Mapped[Shop] = relationship(lazy="joined")


class DeployToken(Base):
    """With what an analyst's or operator's programs act; one for each account, only its hash."""

    __tablename__ = "deploy_token"

    account_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    issued_at: Mapped[dt.datetime]
