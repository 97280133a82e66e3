"""The record of commands: who has commanded what, when, why, and what it changed."""

from __future__ import annotations

import datetime as dt
import uuid

from flask import render_template, request
from sqlalchemy.orm import Session

from engine.actors import COMMAND_LINE
from engine.queries.commands import (
    OF_MANY,
    OF_ONE,
    CommandFilters,
    Place,
    find_commands,
    instances_of,
)
from processes.cases.lists import keys_meant_by
from processes.people.accounts import find_account
from webapp.context import tuidan
from webapp.operator import blueprint
from webapp.operator.wording import COMMANDS
from webapp.parameters import choice, search_words, uuid_or_none

NO_INSTANCE = uuid.UUID(int=0)
"""What isn't an id at all is one of which nothing is recorded."""

FILTERS = ("kind", "person", "instance")

BESIDE = tuple(code for code in COMMANDS if code not in (*OF_ONE, *OF_MANY))
"""What changes definitions, settings and data, on pages and on the command line."""


@blueprint.get("/record")
def record() -> str:
    """List what was commanded, the latest first."""
    after = _after()
    with tuidan().transaction() as session:
        return render_template(
            "operator/record.html",
            page=find_commands(session, _filters(session), after=after),
            of_one=OF_ONE,
            of_many=OF_MANY,
            beside=BESIDE,
            chosen={name: search_words(name) for name in FILTERS},
            asked={name: request.args[name] for name in FILTERS if request.args.get(name)},
        )


def _filters(session: Session) -> CommandFilters:
    """Read the filters."""
    person, subject = search_words("person"), search_words("instance")
    return CommandFilters(
        kind=choice("kind", COMMANDS) or None,
        actor_id=_actor_id(session, person) if person else None,
        instance_ids=_instances(session, subject) if subject else None,
    )


def _actor_id(session: Session, person: str) -> str:
    """Who is meant by a login, by a user of the machine, or by the id that a link names."""
    account = find_account(session, person)
    if account is not None:
        return str(account.id)
    return person if ":" in person or uuid_or_none(person) else f"{COMMAND_LINE}{person}"


def _instances(session: Session, subject: str) -> tuple[uuid.UUID, ...]:
    """The instances that are meant by an id, a business key, or the number of a case or an order."""
    instance_id = uuid_or_none(subject)
    if instance_id is not None:
        return (instance_id,)
    return instances_of(session, keys_meant_by(session, subject)) or (NO_INSTANCE,)


def _after() -> Place | None:
    at, _, rest = request.args.get("after", "").partition("~")
    table, _, number = rest.partition("~")
    try:
        instant = dt.datetime.fromisoformat(at)
    except ValueError:
        return None
    known = number.isascii() and number.isdigit() and len(number) < 18 and table in ("0", "1")
    if instant.tzinfo is None or not known:
        return None
    return Place(at=instant, table=int(table), id=int(number))
