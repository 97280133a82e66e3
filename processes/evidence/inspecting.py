"""Looking at files before anything is done with them: by their content, never by their name."""

from __future__ import annotations

import hashlib
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

import puremagic

from processes.evidence.errors import (
    EvidenceEmpty,
    EvidenceTooLarge,
    EvidenceTooMany,
    EvidenceTypeRefused,
    EvidenceUnreadable,
)
from processes.evidence.pictures import MEGAPIXELS, PictureUnreadable, redraw
from processes.evidence.rules import KIND_OF, LIMITS, EvidenceKind

HEAD = 4096
CHUNK = 256 * 1024
NAME_MAXIMUM = 100


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A file that may be kept as evidence, and isn't yet.

    Attributes:
        name: What the uploader calls it, shortened and without control characters.
        sha256: Of the bytes that were sent: the same file sent again has the same.
        content: What is to be kept; for photos drawn anew.
        size: Of the content, in bytes.
        storage_key: SHA-256 of the content, under which it will lie.
        thumbnail: A small JPEG; None for what has no picture.
        thumbnail_key: SHA-256 of that.
    """

    name: str
    kind: EvidenceKind
    content_type: str
    sha256: str
    content: BinaryIO
    size: int
    storage_key: str
    thumbnail: bytes | None = None
    thumbnail_key: str | None = None


def inspect_all(files: Sequence[tuple[str, BinaryIO]]) -> tuple[Draft, ...]:
    """Look at the files of one form; the same file twice counts once.

    Args:
        files: Names and seekable contents.

    Raises:
        EvidenceRefused: One of them can't be taken, or there are too many.
    """
    kept = {draft.sha256: draft for draft in (inspect(name, content) for name, content in files)}
    for kind, given in Counter(draft.kind for draft in kept.values()).items():
        if given > LIMITS[kind].count:
            raise EvidenceTooMany(kind=kind.value, given=given, maximum=LIMITS[kind].count)
    return tuple(kept.values())


def inspect(name: str, content: BinaryIO) -> Draft:
    """Look at one file.

    Raises:
        EvidenceEmpty: It has no content.
        EvidenceTypeRefused: Its content is of no kind that is taken.
        EvidenceTooLarge: It is larger than its kind may be.
        EvidenceUnreadable: A photo that is damaged or unpacks to too much.
    """
    shown = _shown(name)
    size = content.seek(0, io.SEEK_END)
    if size == 0:
        raise EvidenceEmpty(name=shown)
    content_type = _content_type(content)
    kind = KIND_OF.get(content_type)
    if kind is None:
        raise EvidenceTypeRefused(name=shown)
    if size > LIMITS[kind].size:
        raise EvidenceTooLarge(name=shown, maximum=LIMITS[kind].megabytes)
    digest = _digest(content)
    if kind is not EvidenceKind.PHOTO:
        return Draft(
            name=shown,
            kind=kind,
            content_type=content_type,
            sha256=digest,
            content=content,
            size=size,
            storage_key=digest,
        )
    try:
        picture, thumbnail = redraw(content)
    except PictureUnreadable:
        raise EvidenceUnreadable(name=shown, megapixels=MEGAPIXELS) from None
    return Draft(
        name=shown,
        kind=kind,
        content_type="image/jpeg",
        sha256=digest,
        content=io.BytesIO(picture),
        size=len(picture),
        storage_key=hashlib.sha256(picture).hexdigest(),
        thumbnail=thumbnail,
        thumbnail_key=hashlib.sha256(thumbnail).hexdigest(),
    )


def _content_type(content: BinaryIO) -> str:
    content.seek(0)
    head = content.read(HEAD)
    try:
        found = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return ""
    types = [match.mime_type for match in found]
    # The first that is known at all decides: what is more likely something else is not taken.
    return types[0] if types else ""


def _digest(content: BinaryIO) -> str:
    digest = hashlib.sha256()
    content.seek(0)
    while chunk := content.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def _shown(name: str) -> str:
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    clean = "".join(character for character in last if character.isprintable()).strip()
    return clean[-NAME_MAXIMUM:] or "?"
