"""Where evidence lies: in the data folder, or in a bucket of S3-compatible storage."""

from __future__ import annotations

from urllib.parse import urlsplit

from processes.evidence.bucket import Bucket
from webapp.settings_reading import NotForProduction, Reader, SettingInvalid, SettingMissing


def read_bucket(source: Reader) -> Bucket | None:
    """Read the bucket's variables; None for the data folder.

    Raises:
        SettingInvalid: An endpoint that is no address.
        SettingMissing: One of two keys.
    """
    name = source.text("TUIDAN_EVIDENCE_BUCKET", "")
    if not name:
        return None
    bucket = Bucket(
        name=name,
        endpoint=source.text("TUIDAN_S3_ENDPOINT", ""),
        region=source.text("TUIDAN_S3_REGION", ""),
        access_key_id=source.text("TUIDAN_S3_ACCESS_KEY_ID", ""),
        secret_access_key=source.secret("TUIDAN_S3_SECRET_ACCESS_KEY"),
        prefix=source.text("TUIDAN_EVIDENCE_PREFIX", "evidence/"),
    )
    if bucket.endpoint and urlsplit(bucket.endpoint).scheme not in ("http", "https"):
        raise SettingInvalid(
            name="TUIDAN_S3_ENDPOINT", value=bucket.endpoint, remedy="it has to begin with https://"
        )
    if bool(bucket.access_key_id) != bool(bucket.secret_access_key):
        missing = "SECRET_ACCESS_KEY" if bucket.access_key_id else "ACCESS_KEY_ID"
        raise SettingMissing(
            name=f"TUIDAN_S3_{missing}", remedy="set both keys, or none if the machine's role has the right"
        )
    return bucket


def check_bucket(bucket: Bucket | None, *, production: bool) -> None:
    """Refuse to send people's evidence where others can read it.

    Raises:
        NotForProduction: An endpoint without encryption.
    """
    if production and bucket is not None and bucket.endpoint.startswith("http:"):
        raise NotForProduction(
            what="a TUIDAN_S3_ENDPOINT without encryption", remedy="use an address that begins with https://"
        )
