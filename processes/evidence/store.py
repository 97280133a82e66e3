"""The port behind which the content of evidence lies. Rows in the database say whose it is."""

from __future__ import annotations

from typing import BinaryIO, Protocol


class EvidenceStore(Protocol):
    """Keeps content under the SHA-256 of itself, so that the same content lies there once."""

    def put(self, content: BinaryIO) -> str:
        """Keep all of a stream, durably, and return its key; known content is left as it is."""
        ...

    def open(self, key: str) -> BinaryIO:
        """Return the content as a seekable stream, which the caller closes.

        Raises:
            ContentMissing: Nothing lies under the key.
        """
        ...

    def delete(self, key: str) -> None:
        """Forget content; forgetting it twice is harmless."""
        ...


class ContentMissing(LookupError):
    """Nothing lies under a key; the database and the store have come apart."""
