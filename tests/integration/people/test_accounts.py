"""Who can sign in, and as whom."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from processes.catalog.errors import TokenRefused
from processes.catalog.shops import create_shop, issue_api_token, shop_of_token
from processes.people import Role, SignInRefused, account_of, actor_of, authenticate, create_account
from processes.people.accounts import ensure_buyer, join_shop
from processes.people.errors import AccountNotFound, LoginTaken, PasswordTooShort
from processes.people.tables import Account

NOW = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
PASSWORD = "correct horse"


def make(session: Session, login: str = "Ming", role: Role = Role.BUYER) -> Account:
    return create_account(session, login=login, display_name="小明", role=role, password=PASSWORD, now=NOW)


def test_the_right_password_signs_in_whatever_the_case_of_the_login(session: Session) -> None:
    account = make(session)
    assert authenticate(session, " mING ", PASSWORD) is account
    assert account.password_hash is not None
    assert account.password_hash.startswith("$argon2id$")


def test_all_refusals_look_the_same(session: Session) -> None:
    account = make(session)
    ensure_buyer(session, "imported", "导入买家", now=NOW)
    for login, password in [("ming", "wrong"), ("nobody", PASSWORD), ("imported", PASSWORD)]:
        with pytest.raises(SignInRefused) as refused:
            authenticate(session, login, password)
        assert refused.value.params == {}
    account.disabled = True
    with pytest.raises(SignInRefused):
        authenticate(session, "ming", PASSWORD)


def test_a_login_has_one_owner(session: Session) -> None:
    make(session, role=Role.SELLER)
    with pytest.raises(LoginTaken):
        make(session, "MING")
    with pytest.raises(LoginTaken):
        ensure_buyer(session, "ming", "小明", now=NOW)
    assert ensure_buyer(session, "hong", "小红", now=NOW) is ensure_buyer(session, "HONG", "红", now=NOW)


def test_a_short_password_is_refused(session: Session) -> None:
    with pytest.raises(PasswordTooShort):
        create_account(session, login="x", display_name="x", role=Role.BUYER, password="short", now=NOW)


def test_groups_follow_from_the_role_and_the_shops(session: Session) -> None:
    buyer = make(session)
    assert actor_of(buyer).groups == {f"buyer:{buyer.id}"}
    seller = make(session, "seller", Role.SELLER)
    shops = [
        create_shop(session, slug=slug, name=slug, return_address={}, now=NOW) for slug in ("one", "two")
    ]
    for shop in [*shops, shops[0]]:
        join_shop(session, seller, shop, now=NOW)
    assert actor_of(seller).groups == {f"shop:{shop.id}" for shop in shops}
    assert make(session, "senior", Role.SENIOR).groups() == {"platform", "platform_senior"}
    assert make(session, "agent", Role.AGENT).groups() == {"platform"}


def test_an_unknown_account_is_not_found(session: Session) -> None:
    for id_ in ("nonsense", "00000000-0000-0000-0000-000000000000"):
        with pytest.raises(AccountNotFound):
            account_of(session, id_)


def test_a_new_api_token_ends_the_one_before(session: Session) -> None:
    shop = create_shop(session, slug="one", name="one", return_address={}, now=NOW)
    first = issue_api_token(session, shop)
    assert shop_of_token(session, first) is shop
    second = issue_api_token(session, shop)
    assert shop_of_token(session, second) is shop
    with pytest.raises(TokenRefused):
        shop_of_token(session, first)
    assert shop.api_token_hash is not None
    assert second not in shop.api_token_hash
