"""Settings of where evidence lies."""

from __future__ import annotations

import pytest

from tests.unit.webapp.test_settings import PRODUCTION
from webapp.settings import Settings
from webapp.settings_reading import NotForProduction, SettingInvalid, SettingMissing

BUCKET = {
    "TUIDAN_EVIDENCE_BUCKET": "evidence",
    "TUIDAN_S3_ENDPOINT": "https://storage.example.org",
    "TUIDAN_S3_ACCESS_KEY_ID": "key",
    "TUIDAN_S3_SECRET_ACCESS_KEY": "hunter2",
}


def test_evidence_lies_in_the_data_folder_unless_a_bucket_is_named() -> None:
    assert Settings.from_environment(PRODUCTION).bucket is None
    settings = Settings.from_environment(PRODUCTION | BUCKET)
    assert settings.bucket is not None
    assert (settings.bucket.name, settings.bucket.prefix) == ("evidence", "evidence/")
    assert "hunter2" not in repr(settings)


@pytest.mark.parametrize(
    ("changes", "error", "named"),
    [
        ({"TUIDAN_S3_ENDPOINT": "storage.example.org"}, SettingInvalid, "TUIDAN_S3_ENDPOINT"),
        ({"TUIDAN_S3_ENDPOINT": "http://storage.example.org"}, NotForProduction, "TUIDAN_S3_ENDPOINT"),
        ({"TUIDAN_S3_ACCESS_KEY_ID": ""}, SettingMissing, "TUIDAN_S3_ACCESS_KEY_ID"),
        ({"TUIDAN_S3_SECRET_ACCESS_KEY": ""}, SettingMissing, "TUIDAN_S3_SECRET_ACCESS_KEY"),
    ],
)
def test_what_cannot_work_is_refused_at_the_start(
    changes: dict[str, str], error: type[Exception], named: str
) -> None:
    with pytest.raises(error, match=named):
        Settings.from_environment(PRODUCTION | BUCKET | changes)
