"""Telling people what happened in a case, once each."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from processes.notifications.tables import EmailAddress, EmailDelivery, EmailPreference, Notification
from processes.notifications.templates import RECIPIENTS, TEMPLATES
from processes.notifications.topics import BY_EMAIL_UNLESS_REFUSED, TOPICS, Topic
from processes.people.roles import Role
from processes.people.tables import Account, Membership

AGENTS = (Role.AGENT, Role.SENIOR)
"""Who is told what the platform is told."""


def notify(
    session: Session,
    *,
    to: str,
    template: str,
    params: dict[str, Any],
    link: str,
    key: str,
    now: dt.datetime,
    buyer_id: uuid.UUID,
    shop_id: uuid.UUID,
) -> int:
    """Tell the buyer, everybody of the shop, or the platform's agents.

    Args:
        session: The caller's transaction.
        to: ``buyer``, ``seller`` or ``platform``.
        template: One of ``TEMPLATES``.
        params: What the wording needs.
        link: What page it is about.
        key: Names the occasion: the same one again tells nobody twice.
        now: When.
        buyer_id: The buyer's account.
        shop_id: The shop.

    Returns:
        How many people were told now.

    Raises:
        ValueError: An unknown recipient or template; a diagram is wrong.
    """
    if to not in RECIPIENTS or template not in TEMPLATES:
        raise ValueError(f"nobody can be told {template!r} as {to!r}")
    told = sa.select(Account.id.label("account_id"))
    match to:
        case "buyer":
            told = told.where(Account.id == buyer_id)
        case "seller":
            told = told.join(Membership, Membership.account_id == Account.id).where(
                Membership.shop_id == shop_id, ~Account.disabled
            )
        case _:
            told = told.where(Account.role.in_(AGENTS), ~Account.disabled)
    return _tell(session, told, template=template, params=params, link=link, key=key, now=now)


def notify_account(
    session: Session,
    account_id: uuid.UUID,
    *,
    template: str,
    params: dict[str, Any],
    link: str,
    key: str,
    now: dt.datetime,
) -> None:
    """Tell one person something that is about no case."""
    told = sa.select(Account.id.label("account_id")).where(Account.id == account_id)
    _tell(session, told, template=template, params=params, link=link, key=key, now=now)


def notify_staff(
    session: Session,
    roles: Collection[Role],
    *,
    template: str,
    params: dict[str, Any],
    link: str,
    key: str,
    now: dt.datetime,
) -> int:
    """Tell everybody of some roles something that is about no case; returns how many were told now."""
    told = sa.select(Account.id.label("account_id")).where(Account.role.in_(list(roles)), ~Account.disabled)
    return _tell(session, told, template=template, params=params, link=link, key=key, now=now)


def _tell(
    session: Session,
    told: sa.Select[uuid.UUID],
    *,
    template: str,
    params: dict[str, Any],
    link: str,
    key: str,
    now: dt.datetime,
) -> int:
    people = told.subquery()
    rows = sa.select(
        sa.func.gen_random_uuid(),
        people.c.account_id,
        sa.literal(template),
        sa.literal(params, Notification.params.type),
        sa.literal(link),
        sa.func.concat(sa.literal(f"{key}:"), people.c.account_id),
        sa.literal(now, Notification.created_at.type),
    )
    written = (
        postgresql.insert(Notification)
        .from_select(
            ["id", "account_id", "template", "params", "link", "dedup_key", "created_at"],
            rows,
            include_defaults=False,
        )
        .on_conflict_do_nothing(index_elements=["dedup_key"])
        .returning(Notification.id, Notification.account_id)
        .cte("written")
    )
    letters = _letters(written, TOPICS[template], now).cte("letters")
    with session.no_autoflush:
        count = session.scalar(sa.select(sa.func.count()).select_from(written).add_cte(letters))
    return count or 0


def _letters(written: sa.CTE, topic: Topic, now: dt.datetime) -> postgresql.Insert:
    """The same by e-mail, for those who have confirmed an address and want the topic there."""
    chosen = (
        sa.select(EmailPreference.wanted)
        .where(EmailPreference.account_id == written.c.account_id, EmailPreference.topic == topic)
        .scalar_subquery()
    )
    at = sa.literal(now, EmailDelivery.created_at.type)
    rows = (
        sa.select(
            sa.func.gen_random_uuid(),
            sa.literal("notification"),
            written.c.account_id,
            written.c.id,
            EmailAddress.address,
            at,
            at,
        )
        .join(EmailAddress, EmailAddress.account_id == written.c.account_id)
        .where(
            EmailAddress.confirmed_at.is_not(None),
            EmailAddress.refused.is_(None),
            sa.func.coalesce(chosen, sa.literal(topic in BY_EMAIL_UNLESS_REFUSED)),
        )
    )
    columns = ["id", "kind", "account_id", "notification_id", "address", "next_at", "created_at"]
    return postgresql.insert(EmailDelivery).from_select(columns, rows, include_defaults=False)
