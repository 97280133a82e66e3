"""Evidence in a bucket of S3-compatible storage, named by the hash of its content.

Nothing in the bucket is ever public, and nobody is given an address in it: what a person
may see passes through the product, which knows whose it is.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, BinaryIO, cast

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from processes.evidence.errors import EvidenceUnavailable
from processes.evidence.store import ContentMissing

CHUNK = 256 * 1024
READ_AHEAD = 1024 * 1024
CONNECT_SECONDS = 5
READ_SECONDS = 20
ATTEMPTS = 2
_KEY = re.compile(r"[0-9a-f]{64}")
_MISSING = frozenset({"404", "NoSuchKey", "NotFound"})


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """Where the bucket is, and who may use it.

    Attributes:
        name: The bucket's; it has to be there.
        endpoint: Of the storage; empty for Amazon's own.
        region: Empty for the one that the machine's own settings name.
        access_key_id: Empty if the machine itself has the right, by its role.
        secret_access_key: As ``access_key_id``.
        prefix: Before every key, such as ``evidence/``.
    """

    name: str
    endpoint: str = ""
    region: str = ""
    access_key_id: str = ""
    secret_access_key: str = field(default="", repr=False)
    prefix: str = "evidence/"


def client_of(bucket: Bucket) -> Any:
    """Return the library's client for a bucket; nothing is sent yet."""
    return boto3.client(
        "s3",
        endpoint_url=bucket.endpoint or None,
        region_name=bucket.region or None,
        aws_access_key_id=bucket.access_key_id or None,
        aws_secret_access_key=bucket.secret_access_key or None,
        config=Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            retries={"mode": "standard", "max_attempts": ATTEMPTS},
            # Storage other than Amazon's has no host name for each bucket.
            s3={"addressing_style": "path" if bucket.endpoint else "auto"},
        ),
    )


class BucketStore:
    """An ``EvidenceStore`` in a bucket; its layout is the one of ``FolderStore``.

    Args:
        bucket: Where.
    """

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket
        self._client = client_of(bucket)

    def put(self, content: BinaryIO) -> str:
        """Keep content; see :class:`processes.evidence.store.EvidenceStore`."""
        digest = hashlib.sha256()
        content.seek(0)
        while chunk := content.read(CHUNK):
            digest.update(chunk)
        key = digest.hexdigest()
        with _available():
            if self._size(key) is None:
                content.seek(0)
                self._client.put_object(**self._place(key), Body=content)
        return key

    def open(self, key: str) -> BinaryIO:
        """Return content; see :class:`processes.evidence.store.EvidenceStore`."""
        if not _KEY.fullmatch(key):
            raise ContentMissing(key)
        with _available():
            size = self._size(key)
        if size is None:
            raise ContentMissing(key)
        return cast("BinaryIO", io.BufferedReader(_Stored(self._client, self._place(key), size), READ_AHEAD))

    def delete(self, key: str) -> None:
        """Forget content; see :class:`processes.evidence.store.EvidenceStore`."""
        with _available():
            self._client.delete_object(**self._place(key))

    def _place(self, key: str) -> dict[str, str]:
        return {"Bucket": self._bucket.name, "Key": f"{self._bucket.prefix}{key[:2]}/{key}"}

    def _size(self, key: str) -> int | None:
        try:
            return int(self._client.head_object(**self._place(key))["ContentLength"])
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in _MISSING:
                return None
            raise


class _Stored(io.RawIOBase):
    """Content in the bucket as a stream that fetches what is read, so that a player can skip."""

    def __init__(self, client: Any, place: dict[str, str], size: int) -> None:
        super().__init__()
        self._client, self._place, self._size = client, place, size
        self._position = 0

    def readable(self) -> bool:
        """It can be read."""
        return True

    def seekable(self) -> bool:
        """It can be read from anywhere."""
        return True

    def tell(self) -> int:
        """Where it stands."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Stand somewhere else."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        self._position = max(0, base + offset)
        return self._position

    def readinto(self, buffer: Any) -> int:
        """Fetch what fits."""
        wanted = min(len(buffer), self._size - self._position)
        if wanted <= 0:
            return 0
        last = self._position + wanted - 1
        with _available():
            answer = self._client.get_object(**self._place, Range=f"bytes={self._position}-{last}")
            data = answer["Body"].read()
        buffer[: len(data)] = data
        self._position += len(data)
        return len(data)


@contextmanager
def _available() -> Iterator[None]:
    """Turn what the library raises into a refusal that says what to do.

    Raises:
        EvidenceUnavailable: The storage doesn't answer, or not as it should.
    """
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise EvidenceUnavailable from error
