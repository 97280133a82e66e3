"""What every store of evidence does, the real one and the fake."""

from __future__ import annotations

import hashlib
import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from processes.evidence.fakes import FakeEvidenceStore
from processes.evidence.folder import FolderStore
from processes.evidence.store import ContentMissing, EvidenceStore


@pytest.fixture(params=["folder", "fake"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> EvidenceStore:
    return FolderStore(tmp_path / "deep" / "evidence") if request.param == "folder" else FakeEvidenceStore()


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
