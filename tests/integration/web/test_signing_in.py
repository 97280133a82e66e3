"""Signing in and out, the session's life, and guessing passwords."""

from __future__ import annotations

import datetime as dt

import pytest
from werkzeug.test import TestResponse

from engine.clock import FixedClock
from processes.people.accounts import find_account, hash_password
from tests.integration.web.conftest import Person, Street
from tests.storefront import PASSWORD


def sign_in(person: Person, login: str, password: str = PASSWORD, **more: str) -> TestResponse:
    return person.post("/sign-in", {"login": login, "password": password, **more})


@pytest.mark.parametrize(
    ("login", "landing"),
    [("buyer1", "/orders"), ("seller1", "/seller/cases"), ("agent1", "/platform/"), ("ops1", "/operator/")],
)
def test_each_role_lands_on_its_own_page(street: Street, login: str, landing: str) -> None:
    visitor = street.visitor()
    answer = sign_in(visitor, login)
    assert (answer.status_code, answer.location) == (302, landing)
    assert visitor.get(landing).status_code == 200


def test_the_cookie_is_kept_from_scripts_and_other_sites(street: Street) -> None:
    cookie = sign_in(street.visitor(), "buyer1").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_signing_in_starts_a_new_session(street: Street) -> None:
    visitor = street.visitor()
    before = visitor.token()
    sign_in(visitor, "buyer1")
    assert visitor.client.post("/sign-out", data={"csrf_token": before}).status_code == 400


def test_a_wrong_password_and_an_unknown_name_look_the_same(street: Street) -> None:
    wrong, unknown = sign_in(street.visitor(), "buyer1", "nope"), sign_in(street.visitor(), "nobody")
    assert wrong.status_code == unknown.status_code == 403
    assert "用户名或密码不正确" in wrong.text
    assert "用户名或密码不正确" in unknown.text


def test_after_five_failures_even_the_right_password_has_to_wait(street: Street, clock: FixedClock) -> None:
    visitor = street.visitor()
    assert [sign_in(visitor, "buyer1", "nope").status_code for _ in range(5)] == [403] * 5
    refused = sign_in(visitor, "buyer1")
    assert refused.status_code == 429
    assert "15 分钟" in refused.text
    assert sign_in(visitor, "buyer2").status_code == 302
    clock.advance(dt.timedelta(minutes=16))
    assert sign_in(street.visitor(), "buyer1").status_code == 302


@pytest.mark.parametrize(
    "target", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:1"]
)
def test_a_sign_in_leads_nowhere_else(street: Street, target: str) -> None:
    visitor = street.visitor()
    page = visitor.get("/sign-in", query_string={"next": target}).text
    assert f'name="next" value="{target}"' not in page
    assert sign_in(visitor, "buyer1", next=target).location == "/orders"


def test_a_sign_in_leads_back_to_the_page_that_was_asked_for(street: Street) -> None:
    visitor = street.visitor()
    asked = visitor.get("/cases?show=open")
    assert asked.status_code == 302
    assert "next=/cases?show%3Dopen" in asked.location
    assert sign_in(visitor, "buyer1", next="/cases?show=open").location == "/cases?show=open"


def test_signing_out_ends_the_session(street: Street) -> None:
    person = street.person("buyer1")
    assert person.get("/orders").status_code == 200
    person.post("/sign-out")
    assert person.get("/orders").status_code == 302


@pytest.mark.parametrize("how", ["closed", "new password"])
def test_a_session_ends_with_the_account_or_its_password(street: Street, how: str) -> None:
    person = street.person("buyer1")
    assert person.get("/orders").status_code == 200
    with street.tuidan.transaction() as session:
        account = find_account(session, "buyer1")
        assert account is not None
        if how == "closed":
            account.disabled = True
        else:
            account.password_hash = hash_password("another password")
    assert person.get("/orders").status_code == 302


def test_the_language_is_the_readers_choice_and_stays(street: Street) -> None:
    person = street.person("buyer1")
    assert "我的订单" in person.get("/orders").text
    assert person.post("/language", {"locale": "en", "next": "/orders"}).location == "/orders"
    assert "My orders" in person.get("/orders").text
    assert "My orders" in street.person("buyer1").get("/orders").text
    person.post("/language", {"locale": "tlh"})
    assert "My orders" in person.get("/orders").text


@pytest.mark.parametrize(
    ("accepts", "lang"), [("en-GB,en", "en"), ("zh-TW", "zh-CN"), ("fr", "zh-CN"), ("", "zh-CN")]
)
def test_a_visitor_gets_the_language_of_his_browser(street: Street, accepts: str, lang: str) -> None:
    page = street.visitor().get("/sign-in", headers={"Accept-Language": accepts})
    assert f'<html lang="{lang}">' in page.text
