"""What web and worker look at before they start in a production."""

from __future__ import annotations

import dataclasses

import pytest

from processes.money.routing import RoutingGateway
from webapp.bootstrap import Tuidan
from webapp.production import check_before_start


def in_production(tuidan: Tuidan, **changes: object) -> Tuidan:
    settings = dataclasses.replace(tuidan.settings, environment="production")
    return dataclasses.replace(tuidan, settings=settings, **changes)  # type: ignore[arg-type]


def test_money_that_no_provider_moves_is_told(tuidan: Tuidan, caplog: pytest.LogCaptureFixture) -> None:
    check_before_start(in_production(tuidan))
    assert "'wechat', 'alipay', 'unionpay'" in caplog.text


def test_nothing_is_told_when_providers_move_it(tuidan: Tuidan, caplog: pytest.LogCaptureFixture) -> None:
    routes = {"wechat": "wechatpay", "alipay": "stripe", "unionpay": "stripe"}
    check_before_start(in_production(tuidan, gateway=RoutingGateway({}, routes, default="ledger")))
    assert caplog.text == ""
