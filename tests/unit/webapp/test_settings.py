"""Settings: typed, frozen, and strict in production."""

from __future__ import annotations

import dataclasses

import pytest

from webapp.settings import DEVELOPMENT_SECRET, PROJECT, Settings
from webapp.settings_reading import NotForProduction, SettingInvalid, SettingMissing

PRODUCTION = {
    "TUIDAN_ENV": "production",
    "TUIDAN_DATABASE_URL": "postgresql://tuidan:secret@db/tuidan",
    "TUIDAN_SECRET_KEY": "x" * 48,
}


def test_an_empty_environment_is_a_development_on_the_embedded_database() -> None:
    settings = Settings.from_environment({})
    assert not settings.production
    assert settings.database_url is None
    assert settings.data_dir == PROJECT / "var"
    assert settings.demo_clock
    assert settings.demo_data


def test_production_has_neither_demo_clock_nor_demo_data_and_secure_cookies() -> None:
    settings = Settings.from_environment(PRODUCTION)
    assert settings.production
    assert not settings.demo_clock
    assert not settings.demo_data
    assert settings.public_https


@pytest.mark.parametrize(
    ("changes", "error", "named"),
    [
        ({"TUIDAN_DATABASE_URL": ""}, SettingMissing, "TUIDAN_DATABASE_URL"),
        ({"TUIDAN_SECRET_KEY": ""}, SettingMissing, "TUIDAN_SECRET_KEY"),
        ({"TUIDAN_SECRET_KEY": DEVELOPMENT_SECRET}, SettingMissing, "TUIDAN_SECRET_KEY"),
        ({"TUIDAN_SECRET_KEY": "short"}, NotForProduction, "TUIDAN_SECRET_KEY"),
        ({"TUIDAN_DEMO_CLOCK": "1"}, NotForProduction, "demo clock"),
        ({"TUIDAN_DEMO_DATA": "yes"}, NotForProduction, "demo data"),
    ],
)
def test_production_refuses_what_belongs_to_development(
    changes: dict[str, str], error: type[Exception], named: str
) -> None:
    with pytest.raises(error, match=named) as caught:
        Settings.from_environment(PRODUCTION | changes)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TUIDAN_ENV", "staging"),
        ("TUIDAN_PORT", "0"),
        ("TUIDAN_PORT", "65536"),
        ("TUIDAN_PORT", "http"),
        ("TUIDAN_PORT", "٣"),
        ("TUIDAN_DEMO_CLOCK", "maybe"),
        ("TUIDAN_TENDER_ORDER", "coupon,cash"),
        ("TUIDAN_DATABASE_URL", "mysql://root@localhost/x"),
    ],
)
def test_a_value_that_cannot_be_understood_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(SettingInvalid, match=name):
        Settings.from_environment({name: value})


def test_a_refusal_shows_no_password() -> None:
    with pytest.raises(SettingInvalid) as caught:
        Settings.from_environment({"TUIDAN_DATABASE_URL": "mysql://root:hunter2@localhost/x"})
    assert "hunter2" not in str(caught.value)


def test_settings_are_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Settings().port = 1  # type: ignore[misc]
