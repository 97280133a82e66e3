"""Two shops, two buyers and the platform, and a browser-like client for each person."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from processes.people.accounts import find_account
from tests.storefront import open_shops, place
from webapp.app import create_app
from webapp.auth.sessions import seal_of
from webapp.bootstrap import Tuidan

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Person:
    """Somebody in front of a browser: follows the rules of forms, and no others."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self._token = ""
        self._of_session: str | None = None

    def get(self, path: str, **options: Any) -> TestResponse:
        """Open a page."""
        return self.client.get(path, **options)

    def token(self) -> str:
        """The token of a form that the person has been given since he signed in or out."""
        with self.client.session_transaction() as cookie:
            of_session = cookie.get("csrf_token")
        if of_session is None or of_session != self._of_session:
            self._token = self._given()
            with self.client.session_transaction() as cookie:
                self._of_session = cookie["csrf_token"]
        return self._token

    def _given(self) -> str:
        for path in ("/notifications", "/sign-in"):
            found = TOKEN.search(self.client.get(path).text)
            if found:
                return html.unescape(found[1])
        raise AssertionError("no page has a form")

    def post(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        """Send a form."""
        return self.client.post(path, data={"csrf_token": self.token(), **(data or {})}, **options)


@dataclass
class Street:
    """The shops and people of a test."""

    app: Flask
    tuidan: Tuidan
    count: int = 0

    def person(self, login: str) -> Person:
        """Somebody who has signed in."""
        client = self.app.test_client()
        with self.tuidan.transaction() as session:
            account = find_account(session, login)
            assert account is not None
            with client.session_transaction() as cookie:
                cookie["account"], cookie["seal"] = str(account.id), seal_of(account)
        return Person(client)

    def visitor(self) -> Person:
        """Somebody who has not."""
        return Person(self.app.test_client())

    def order(self, **details: Any) -> str:
        """Place an order and return its number; see :func:`tests.storefront.place`."""
        self.count += 1
        return place(self.tuidan, f"W{self.count:06d}", **details)

    def line_field(self, person: Person, order_no: str) -> str:
        """The name of the first quantity field of an order's request form."""
        found = re.search(r'name="(quantity-[0-9a-f-]+)"', person.get(f"/orders/{order_no}/cancel").text)
        assert found is not None
        return found[1]

    def request(self, person: Person, order_no: str, **changes: Any) -> TestResponse:
        """Ask for a cancellation of all units by the form."""
        field = self.line_field(person, order_no)
        data = {"choice": "buyer:B_MIND", "key": f"key-{order_no}", "text": "", field: "2", **changes}
        return person.post(f"/orders/{order_no}/cancel", data)

    def case(self, person: Person, order_no: str) -> str:
        """Ask for a cancellation and return the case's number."""
        answer = self.request(person, order_no)
        assert answer.status_code == 302, answer.text
        return answer.location.rsplit("/", 1)[1]


@pytest.fixture
def street(tuidan: Tuidan) -> Street:
    """Two shops with a seller each, two buyers, an agent, an operator."""
    open_shops(tuidan)
    return Street(app=create_app(tuidan), tuidan=tuidan)


@pytest.fixture
def person(street: Street) -> Callable[[str], Person]:
    """Signs somebody in by his login."""
    return street.person
