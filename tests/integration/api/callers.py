"""Calling the HTTP API as a shop's system does."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from processes.fakes import FakeProcessEngine
from tests.integration.api.bodies import Body


@dataclass
class Caller:
    """Calls the API as a shop's system does."""

    client: FlaskClient
    token: str
    shop_id: uuid.UUID
    engine: FakeProcessEngine
    transaction: Callable[[], AbstractContextManager[Session]]

    def get(self, path: str) -> TestResponse:
        return self.client.get(f"/api/v1{path}", headers={"Authorization": f"Bearer {self.token}"})

    def post(self, path: str, body: Body | bytes, *, key: str | None = None, **headers: str) -> TestResponse:
        sent = {
            "Authorization": f"Bearer {self.token}",
            "Idempotency-Key": key or uuid.uuid4().hex,
            **headers,
        }
        if isinstance(body, bytes):
            return self.client.post(
                f"/api/v1{path}", data=body, headers={"Content-Type": "application/json", **sent}
            )
        return self.client.post(f"/api/v1{path}", json=body, headers=sent)
