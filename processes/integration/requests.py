"""Answering a request once: the same request again gets the same answer."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from engine.errors import Kind, TuidanError
from engine.retention import delete_part
from engine.values import JSON
from processes.integration.tables import AccountRequest, ApiRequest

Requested = TypeVar("Requested", ApiRequest, AccountRequest)


class IdempotencyKeyReused(TuidanError):
    """This idempotency key was used for another request: give each request a key of its own."""

    code = "api.idempotency_key_reused"
    kind = Kind.CONFLICT


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A status, a body, and whether they were given before."""

    status: int
    body: dict[str, JSON]
    replayed: bool = False


def hash_of(address: str, body: JSON) -> str:
    """SHA-256 of a request: the same for bodies that differ in white space and the order of fields alone.

    Args:
        address: The method and the path.
        body: What was sent.
    """
    return hashlib.sha256(f"{address}\n{json.dumps(body, sort_keys=True)}".encode()).hexdigest()


def answer_once(
    session: Session,
    asked: type[Requested],
    owner_id: uuid.UUID,
    *,
    key: str,
    request_hash: str,
    now: dt.datetime,
    perform: Callable[[], Answer],
) -> Answer:
    """Perform a request, or return the answer that it was given before.

    What is performed, the key and the answer are one transaction: a refusal rolls all of it
    back, so that the key is free again. A second request that comes while the first is
    being performed waits for it.

    Args:
        session: The caller's transaction.
        asked: Where requests of the caller's kind are kept.
        owner_id: The shop or the account that asks.
        key: Names the request among the owner's.
        request_hash: What :func:`hash_of` makes of it.
        now: When it is asked.
        perform: Does it.

    Raises:
        IdempotencyKeyReused: The key names another request.
    """
    claimed = session.execute(
        postgresql.insert(asked)
        .values({asked.owner: owner_id, "key": key, "request_hash": request_hash, "at": now})
        .on_conflict_do_nothing(index_elements=[asked.owner, "key"])
        .returning(asked.key)
    ).first()
    row = session.get_one(asked, (owner_id, key), populate_existing=True)
    if claimed is None:
        if row.request_hash != request_hash:
            raise IdempotencyKeyReused
        return Answer(status=row.status or 200, body=row.answer or {}, replayed=True)
    answer = perform()
    row.status, row.answer = answer.status, answer.body
    session.flush()
    return answer


def forget_before(session: Session, instant: dt.datetime) -> bool:
    """Delete a part of the answers older than an instant; returns whether there may be more."""
    more = [delete_part(session, asked, asked.at < instant) for asked in (ApiRequest, AccountRequest)]
    return any(more)
