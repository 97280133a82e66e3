"""Evidence as files of a folder, named by the hash of their content."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from pathlib import Path
from typing import BinaryIO

from processes.evidence.store import ContentMissing

CHUNK = 256 * 1024
_KEY = re.compile(r"[0-9a-f]{64}")


class FolderStore:
    """Writes a file aside, syncs it to the disk, and moves it into place.

    Args:
        folder: Made with the first file; to be shared by all web processes.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, content: BinaryIO) -> str:
        """Keep content; see :class:`processes.evidence.store.EvidenceStore`."""
        self._folder.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        descriptor, name = tempfile.mkstemp(prefix=".partial-", dir=self._folder)
        partial = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                content.seek(0)
                while chunk := content.read(CHUNK):
                    digest.update(chunk)
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            key = digest.hexdigest()
            target = self._path(key)
            if not target.exists():
                target.parent.mkdir(exist_ok=True)
                partial.replace(target)
                _sync(target.parent)
        finally:
            partial.unlink(missing_ok=True)
        return key

    def open(self, key: str) -> BinaryIO:
        """Return content; see :class:`processes.evidence.store.EvidenceStore`."""
        try:
            return self._path(key).open("rb")
        except FileNotFoundError:
            raise ContentMissing(key) from None

    def delete(self, key: str) -> None:
        """Forget content; see :class:`processes.evidence.store.EvidenceStore`."""
        self._path(key).unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise ContentMissing(key)
        return self._folder / key[:2] / key


def _sync(folder: Path) -> None:
    """Let the entry of a new file survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
