"""Settings of payment providers: routes that can work, keys that are there and never shown."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from processes.money.wechat.gateway import Merchant
from tests.standins.wechat import WechatStandin
from tests.unit.webapp.test_settings import PRODUCTION
from webapp.settings import Settings
from webapp.settings_reading import NotForProduction, SettingInvalid, SettingMissing

LIVE = {"TUIDAN_REFUND_GATEWAYS": "unionpay=stripe", "TUIDAN_STRIPE_API_KEY": "sk_live_hunter2"}


@pytest.fixture(scope="module")
def merchant() -> Iterator[Merchant]:
    with WechatStandin().running() as standin:
        yield standin.merchant


def test_all_tenders_go_to_the_ledger_unless_they_are_given_a_provider() -> None:
    assert not Settings.from_environment(PRODUCTION).providers.routes
    settings = Settings.from_environment(PRODUCTION | LIVE)
    assert settings.providers.routes == {"unionpay": "stripe"}
    assert "hunter2" not in repr(settings)


@pytest.mark.parametrize(
    ("changes", "error", "named"),
    [
        ({"TUIDAN_REFUND_GATEWAYS": "gold=stripe"}, SettingInvalid, "TUIDAN_REFUND_GATEWAYS"),
        ({"TUIDAN_REFUND_GATEWAYS": "alipay=bank"}, SettingInvalid, "TUIDAN_REFUND_GATEWAYS"),
        ({"TUIDAN_REFUND_GATEWAYS": "alipay=stripe,alipay=ledger"}, SettingInvalid, "alipay"),
        ({"TUIDAN_STRIPE_API_KEY": ""}, SettingMissing, "TUIDAN_STRIPE_API_KEY"),
        ({"TUIDAN_STRIPE_API_KEY": "sk_test_hunter2"}, NotForProduction, "test key"),
        ({"TUIDAN_STRIPE_URL": "http://127.0.0.1:1"}, NotForProduction, "TUIDAN_STRIPE_URL"),
        ({"TUIDAN_STRIPE_API_KEY_FILE": "/nowhere"}, SettingInvalid, "not both"),
        (
            {"TUIDAN_STRIPE_API_KEY_FILE": "/nowhere", "TUIDAN_STRIPE_API_KEY": ""},
            SettingInvalid,
            "can read",
        ),
    ],
)
def test_what_cannot_work_is_refused_at_the_start(
    changes: dict[str, str], error: type[Exception], named: str
) -> None:
    with pytest.raises(error, match=named) as caught:
        Settings.from_environment(PRODUCTION | LIVE | changes)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "error", "named"),
    [
        ({"TUIDAN_WECHATPAY_MERCHANT_ID": ""}, SettingMissing, "TUIDAN_WECHATPAY_MERCHANT_ID"),
        ({"TUIDAN_WECHATPAY_SERIAL_NO": ""}, SettingMissing, "TUIDAN_WECHATPAY_SERIAL_NO"),
        ({"TUIDAN_WECHATPAY_API_V3_KEY": "short-hunter2"}, SettingInvalid, "TUIDAN_WECHATPAY_API_V3_KEY"),
        ({"TUIDAN_WECHATPAY_PRIVATE_KEY": "hunter2"}, SettingInvalid, "TUIDAN_WECHATPAY_PRIVATE_KEY"),
        ({"TUIDAN_WECHATPAY_PUBLIC_KEY": "hunter2"}, SettingInvalid, "TUIDAN_WECHATPAY_PUBLIC_KEY"),
        ({"TUIDAN_WECHATPAY_URL": "http://127.0.0.1:1"}, NotForProduction, "TUIDAN_WECHATPAY_URL"),
    ],
)
def test_wechat_pay_needs_the_whole_account(
    merchant: Merchant, changes: dict[str, str], error: type[Exception], named: str
) -> None:
    account = {
        f"TUIDAN_WECHATPAY_{field.name.upper()}": getattr(merchant, field.name)
        for field in dataclasses.fields(merchant)
    } | {"TUIDAN_REFUND_GATEWAYS": "wechat=wechatpay"}
    whole = Settings.from_environment(PRODUCTION | account)
    assert whole.providers.wechatpay == merchant
    assert merchant.api_v3_key not in repr(whole)
    assert "PRIVATE" not in repr(whole)
    with pytest.raises(error, match=named) as caught:
        Settings.from_environment(PRODUCTION | account | changes)
    assert "hunter2" not in str(caught.value)


def test_a_secret_can_lie_in_a_file(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("sk_live_filed\n")
    changes = {"TUIDAN_STRIPE_API_KEY": "", "TUIDAN_STRIPE_API_KEY_FILE": str(key)}
    assert Settings.from_environment(LIVE | changes).providers.stripe_api_key == "sk_live_filed"
