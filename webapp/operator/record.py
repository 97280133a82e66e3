"""The record of commands: who has commanded what, when, why, and what it changed."""

from __future__ import annotations

import datetime as dt
import uuid

from flask import render_template, request
from sqlalchemy.orm import Session

from engine.queries.commands import OF_MANY, OF_ONE, CommandFilters, Place, find_commands
from processes.people.accounts import find_account
from webapp.context import tuidan
from webapp.operator import blueprint
from webapp.parameters import choice, search_words, uuid_or_none

NO_INSTANCE = uuid.UUID(int=0)
"""What isn't an id at all is one of which nothing is recorded."""

FILTERS = ("kind", "person", "instance")


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
            chosen={name: search_words(name) for name in FILTERS},
            asked={name: request.args[name] for name in FILTERS if request.args.get(name)},
        )


def _filters(session: Session) -> CommandFilters:
    """Read the filters. A person is looked for by login, or by the id that a link names."""
    person, instance = search_words("person"), search_words("instance")
    account = find_account(session, person) if person else None
    return CommandFilters(
        kind=choice("kind", (*OF_ONE, *OF_MANY)) or None,
        actor_id=(person if account is None else str(account.id)) or None,
        instance_id=(uuid_or_none(instance) or NO_INSTANCE) if instance else None,
    )


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
