"""Who is meant by a candidate group, in words."""

from __future__ import annotations

import uuid
from collections.abc import Collection

import sqlalchemy as sa
from flask_babel import gettext
from sqlalchemy.orm import Session

from processes.catalog.tables import Shop
from processes.people.tables import Account
from webapp.parameters import uuid_or_none


def names_of_groups(session: Session, groups: Collection[str]) -> dict[str, str]:
    """Return what people call each group; one that isn't known keeps its code."""
    names = {group: group for group in groups}
    names |= {group: word for group, word in _platform().items() if group in names}
    shops, accounts = _ids(groups, "shop"), _ids(groups, "buyer")
    if shops:
        found = session.execute(sa.select(Shop.id, Shop.name).where(Shop.id.in_(shops)))
        names |= {f"shop:{shop_id}": gettext("Seller %(name)s", name=name) for shop_id, name in found}
    if accounts:
        people = session.execute(sa.select(Account.id, Account.display_name).where(Account.id.in_(accounts)))
        names |= {f"buyer:{account_id}": gettext("Buyer %(name)s", name=name) for account_id, name in people}
    return names


def _platform() -> dict[str, str]:
    return {"platform": gettext("Platform agent"), "platform_senior": gettext("Senior agent")}


def _ids(groups: Collection[str], kind: str) -> set[uuid.UUID]:
    texts = (group.removeprefix(f"{kind}:") for group in groups if group.startswith(f"{kind}:"))
    return {found for text in texts if (found := uuid_or_none(text))}
