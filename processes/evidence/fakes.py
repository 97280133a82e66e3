"""A store in memory, for tests; it passes the same contract as the real ones."""

from __future__ import annotations

import hashlib
import io
from typing import BinaryIO

from processes.evidence.store import ContentMissing


class FakeEvidenceStore:
    """Keeps content in a dictionary, ``contents``."""

    def __init__(self) -> None:
        self.contents: dict[str, bytes] = {}

    def put(self, content: BinaryIO) -> str:
        """Keep content."""
        content.seek(0)
        data = content.read()
        key = hashlib.sha256(data).hexdigest()
        self.contents[key] = data
        return key

    def open(self, key: str) -> BinaryIO:
        """Return content."""
        if key not in self.contents:
            raise ContentMissing(key)
        return io.BytesIO(self.contents[key])

    def delete(self, key: str) -> None:
        """Forget content."""
        self.contents.pop(key, None)
