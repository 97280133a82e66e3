"""Answering a request once: the same request again gets the same answer."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from engine.errors import Kind, TuidanError
from engine.retention import delete_part
from engine.values import JSON
from processes.integration.tables import ApiRequest


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


def answer_once(
    session: Session,
    *,
    shop_id: uuid.UUID,
    key: str,
    request_hash: str,
    now: dt.datetime,
    perform: Callable[[], Answer],
) -> Answer:
    """Perform a request, or return the answer that it was given before.

    What is performed, the key and the answer are one transaction: a refusal rolls all of it
    back, so that the key is free again. A second request that comes while the first is
    being performed waits for it.

    Raises:
        IdempotencyKeyReused: The key names another request.
    """
    claimed = session.execute(
        postgresql.insert(ApiRequest)
        .values(shop_id=shop_id, key=key, request_hash=request_hash, at=now)
        .on_conflict_do_nothing(index_elements=["shop_id", "key"])
        .returning(ApiRequest.key)
    ).first()
    row = session.get_one(ApiRequest, (shop_id, key), populate_existing=True)
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
    return delete_part(session, ApiRequest, ApiRequest.at < instant)
