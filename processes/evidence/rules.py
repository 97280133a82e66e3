"""What may be shown as evidence, how many and how large. Pure: the standard library and nothing else."""

from __future__ import annotations

import enum
from dataclasses import dataclass

MEGABYTE = 1024 * 1024


class EvidenceKind(enum.StrEnum):
    """What sort of file it is."""

    PHOTO = "photo"
    VIDEO = "video"
    DOCUMENT = "document"


@dataclass(frozen=True, kw_only=True)
class Limit:
    """How much of a kind goes with one request, statement or refusal.

    Attributes:
        count: Files.
        megabytes: Of each file, as it is sent.
    """

    count: int
    megabytes: int

    @property
    def size(self) -> int:
        """The largest file in bytes."""
        return self.megabytes * MEGABYTE


LIMITS: dict[EvidenceKind, Limit] = {
    EvidenceKind.PHOTO: Limit(count=9, megabytes=10),
    EvidenceKind.VIDEO: Limit(count=1, megabytes=50),
    EvidenceKind.DOCUMENT: Limit(count=3, megabytes=10),
}

LARGEST_UPLOAD = sum(limit.count * limit.size for limit in LIMITS.values()) + MEGABYTE
"""All that one form may bring, with its other fields, in bytes."""

PHOTO_TYPES = ("image/jpeg", "image/png", "image/webp")
KIND_OF: dict[str, EvidenceKind] = {
    **dict.fromkeys(PHOTO_TYPES, EvidenceKind.PHOTO),
    "video/mp4": EvidenceKind.VIDEO,
    "video/webm": EvidenceKind.VIDEO,
    "video/quicktime": EvidenceKind.VIDEO,
    "application/pdf": EvidenceKind.DOCUMENT,
}
"""The content types that are taken."""
