"""What every store of evidence does, the real ones and the fake."""

from __future__ import annotations

import dataclasses
import hashlib
import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer

from processes.evidence.bucket import Bucket, BucketStore, client_of
from processes.evidence.errors import EvidenceUnavailable
from processes.evidence.fakes import FakeEvidenceStore
from processes.evidence.folder import FolderStore
from processes.evidence.store import ContentMissing, EvidenceStore


@pytest.fixture(scope="module")
def storage() -> Iterator[Bucket]:
    """S3-compatible storage on the loopback interface, with an empty bucket."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    bucket = Bucket(
        name="evidence",
        endpoint=f"http://{host}:{port}",
        region="us-east-1",
        access_key_id="key",
        secret_access_key="secret",
    )
    client_of(bucket).create_bucket(Bucket=bucket.name)
    yield bucket
    server.stop()


@pytest.fixture(params=["folder", "bucket", "fake"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> EvidenceStore:
    match request.param:
        case "folder":
            return FolderStore(tmp_path / "deep" / "evidence")
        case "bucket":
            # Of its own for each test, as the folder is.
            bucket: Bucket = request.getfixturevalue("storage")
            return BucketStore(dataclasses.replace(bucket, prefix=f"{tmp_path.name}/"))
        case _:
            return FakeEvidenceStore()


def read(store: EvidenceStore, key: str) -> bytes:
    with store.open(key) as stream:
        return stream.read()


def test_content_comes_back_under_its_hash_wherever_the_stream_stood(store: EvidenceStore) -> None:
    stream = io.BytesIO(b"abc")
    stream.read()
    key = store.put(stream)
    assert key == hashlib.sha256(b"abc").hexdigest()
    assert read(store, key) == b"abc"


def test_the_same_content_is_there_once_and_forgotten_once(store: EvidenceStore) -> None:
    key = store.put(io.BytesIO(b"abc"))
    assert store.put(io.BytesIO(b"abc")) == key
    store.delete(key)
    store.delete(key)
    with pytest.raises(ContentMissing):
        store.open(key)


def test_streams_can_be_read_from_the_middle(store: EvidenceStore) -> None:
    with store.open(store.put(io.BytesIO(b"0123456789"))) as stream:
        stream.seek(7)
        assert stream.read() == b"789"


def test_many_at_once_are_all_kept(store: EvidenceStore) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(lambda n: store.put(io.BytesIO(str(n % 5).encode() * 90_000)), range(40)))
    assert len(set(keys)) == 5
    assert all(len(read(store, key)) == 90_000 for key in keys)


def test_large_content_is_read_in_parts_and_to_its_end(store: EvidenceStore) -> None:
    content = bytes(range(256)) * 5_000
    with store.open(store.put(io.BytesIO(content))) as stream:
        assert stream.read() == content
        assert stream.seek(-5, io.SEEK_END) == len(content) - 5
        assert stream.read(100) == content[-5:]
        assert stream.read(1) == b""
        stream.seek(1_100_000)
        assert stream.read(3) == content[1_100_000:1_100_003]


def test_nothing_in_the_bucket_can_be_read_without_a_key(storage: Bucket) -> None:
    store = BucketStore(storage)
    key = store.put(io.BytesIO(b"abc"))
    grants = client_of(storage).get_object_acl(Bucket=storage.name, Key=f"evidence/{key[:2]}/{key}")["Grants"]
    assert all("URI" not in grant["Grantee"] for grant in grants)
    with pytest.raises(ContentMissing):
        store.open("../../etc/passwd")


def test_storage_that_does_not_answer_is_said_so(storage: Bucket) -> None:
    away = BucketStore(dataclasses.replace(storage, name="another"))
    with pytest.raises(EvidenceUnavailable):
        away.put(io.BytesIO(b"abc"))
    nowhere = BucketStore(dataclasses.replace(storage, endpoint="http://127.0.0.1:9"))
    with pytest.raises(EvidenceUnavailable):
        nowhere.open("a" * 64)


def test_the_folder_takes_no_path_for_a_key_and_leaves_nothing_half(tmp_path: Path) -> None:
    class Breaking(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise OSError("the line went dead")

    folder = FolderStore(tmp_path)
    with pytest.raises(ContentMissing):
        folder.open("../../etc/passwd")
    with pytest.raises(OSError, match="dead"):
        folder.put(Breaking(b"abc"))
    assert list(tmp_path.rglob("*")) == []
