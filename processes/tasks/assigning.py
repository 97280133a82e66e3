"""Who is meant by a lane, or a candidate group, that names a role.

Staff are meant by their role alone. Which seller and which buyer has to follow from the instance: from its
variables ``shop_id`` and ``buyer_id``, or from the case or the order that ``case_id``, ``order_no`` or the
business key names. Where nothing says it nobody is meant, and a task for nobody is an incident.
"""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from engine.values import JSON, Variables
from processes.cases.tables import CancellationCase
from processes.catalog.tables import Shop
from processes.orders.tables import Order
from processes.paging import uuid_or_none
from processes.people.roles import STAFF_GROUPS, Role, role_meant_by
from processes.people.tables import Account


def group_of(session: Session, name: str, business_key: str, variables: Variables) -> str:
    """Return the candidate group of those who are meant; empty if nobody can be found.

    Args:
        session: The step's transaction.
        name: As the diagram has it; what names no role is a group by itself.
        business_key: Of the instance.
        variables: As the element sees them.
    """
    role = role_meant_by(name)
    if role is None:
        return name
    if role in STAFF_GROUPS:
        return STAFF_GROUPS[role]
    people = _shop if role is Role.SELLER else _buyer
    found = people(session, business_key, variables)
    return "" if found is None else f"{'shop' if role is Role.SELLER else 'buyer'}:{found}"


def _shop(session: Session, business_key: str, variables: Variables) -> uuid.UUID | None:
    if "shop_id" not in variables:
        return _of_record(session, "shop_id", business_key, variables)
    return session.scalar(sa.select(Shop.id).where(Shop.id == _id(variables["shop_id"])))


def _buyer(session: Session, business_key: str, variables: Variables) -> uuid.UUID | None:
    if "buyer_id" not in variables:
        return _of_record(session, "buyer_id", business_key, variables)
    query = sa.select(Account.id).where(Account.id == _id(variables["buyer_id"]))
    return session.scalar(query.where(Account.role == Role.BUYER))


def _of_record(session: Session, column: str, business_key: str, variables: Variables) -> uuid.UUID | None:
    """Whose the case or the order is that an instance is about."""
    case_no = str(variables.get("case_id", business_key))
    order_no = str(variables.get("order_no", business_key))
    case, order = CancellationCase, Order
    found: uuid.UUID | None = session.scalar(
        sa.select(getattr(case, column)).where(case.case_no == case_no)
    ) or session.scalar(sa.select(getattr(order, column)).where(order.order_no == order_no))
    return found


def _id(value: JSON) -> uuid.UUID | None:
    return uuid_or_none(value) if isinstance(value, str) else None
