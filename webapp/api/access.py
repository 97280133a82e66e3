"""Who calls the HTTP API, what a request says, and answering it once."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from flask import jsonify, request
from pydantic import ValidationError
from sqlalchemy.orm import Session
from werkzeug.exceptions import UnsupportedMediaType
from werkzeug.wrappers import Response

from engine.actors import Actor
from engine.values import JSON
from processes.catalog.errors import TokenRefused
from processes.catalog.shops import shop_of_token
from processes.catalog.tables import Shop
from processes.integration.requests import Answer, Requested, answer_once, hash_of
from processes.integration.tables import ApiRequest
from webapp.api.errors import BodyInvalid, BodyNotJson, IdempotencyKeyMissing, NotAuthorized
from webapp.api.schemas import Body
from webapp.context import now, tuidan

In = TypeVar("In", bound=Body)

KEY_LENGTH = 200


@dataclass(frozen=True, kw_only=True)
class Caller:
    """A shop's system and the transaction of its request."""

    session: Session
    shop: Shop
    actor: Actor
    key: str = ""


@contextmanager
def caller(key: str = "") -> Iterator[Caller]:
    """Open a transaction on behalf of the shop whose token the request carries.

    Raises:
        NotAuthorized: No token, or one that belongs to no shop.
    """
    token = bearer_token()
    with tuidan().transaction() as session:
        try:
            shop = shop_of_token(session, token)
        except TokenRefused:
            raise NotAuthorized from None
        actor = Actor(id=f"api:{shop.slug}", name=shop.name, groups=frozenset({f"shop:{shop.id}"}))
        yield Caller(session=session, shop=shop, actor=actor, key=key)


def bearer_token() -> str:
    """Return the token that the request carries.

    Raises:
        NotAuthorized: It carries none.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise NotAuthorized
    return token.strip()


def read(answer: Callable[[Caller], dict[str, JSON]]) -> Response:
    """Answer a request that changes nothing."""
    with caller() as who:
        return jsonify(answer(who))


def change(schema: type[In], perform: Callable[[Caller, In], Answer]) -> Response:
    """Answer a request of a shop's that changes something, once for each idempotency key.

    Raises:
        NotAuthorized: No valid token.
        IdempotencyKeyMissing: No usable key.
        BodyNotJson: The body isn't JSON.
        BodyInvalid: The body doesn't fit the schema.
        IdempotencyKeyReused: The key names another request.
    """
    # Taken before anything else, so that a body over the limit is refused while it arrives.
    raw = request.get_data()
    with caller(request.headers.get("Idempotency-Key", "").strip()) as who:
        answer = once(who.session, ApiRequest, who.shop.id, schema, raw, lambda body: perform(who, body))
    return as_answered(answer)


def once(
    session: Session,
    asked: type[Requested],
    owner_id: uuid.UUID,
    schema: type[In],
    raw: bytes,
    perform: Callable[[In], Answer],
) -> Answer:
    """Perform a request in the caller's transaction, unless its idempotency key has its answer already.

    Raises:
        IdempotencyKeyMissing: No usable key.
        BodyNotJson: The body isn't JSON.
        BodyInvalid: The body doesn't fit the schema.
        IdempotencyKeyReused: The key names another request.
    """
    key = request.headers.get("Idempotency-Key", "").strip()
    if not 0 < len(key) <= KEY_LENGTH or not (key.isascii() and key.isprintable()):
        raise IdempotencyKeyMissing
    body = parse(schema, raw)
    return answer_once(
        session,
        asked,
        owner_id,
        key=key,
        request_hash=hash_of(f"{request.method} {request.path}", json.loads(raw)),
        now=now(),
        perform=lambda: perform(body),
    )


def as_answered(answer: Answer) -> Response:
    """An answer as it is sent, with a header if it was given before."""
    response = jsonify(answer.body)
    response.status_code = answer.status
    if answer.replayed:
        response.headers["Idempotent-Replayed"] = "true"
    return response


def parse(schema: type[In], raw: bytes) -> In:
    """Return the body as its schema.

    Raises:
        UnsupportedMediaType: It wasn't sent as JSON.
        BodyNotJson: It isn't JSON.
        BodyInvalid: ``fields`` names each place that doesn't fit.
    """
    if not request.is_json:
        raise UnsupportedMediaType
    try:
        return schema.model_validate_json(raw)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        if found[0]["type"] == "json_invalid":
            raise BodyNotJson(detail=found[0]["msg"]) from None
        fields = [
            {"path": ".".join(str(part) for part in one["loc"]), "code": one["type"], "message": one["msg"]}
            for one in found[:100]
        ]
        raise BodyInvalid(fields=fields) from None
