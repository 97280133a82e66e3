"""Files are judged by their content, and photos never kept as they came."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from processes.evidence.errors import (
    EvidenceEmpty,
    EvidenceRefused,
    EvidenceTooLarge,
    EvidenceTooMany,
    EvidenceTypeRefused,
    EvidenceUnreadable,
)
from processes.evidence.inspecting import Draft, inspect, inspect_all
from processes.evidence.rules import LIMITS, EvidenceKind
from tests.pictures import HTML, MP4, PDF, SVG, bomb, located_photo, photo

MOV = b"\x00\x00\x00\x14ftypqt  \x20\x05\x03\x00qt  " + b"\0" * 2000
WEBM = b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\x82\x84webm" + b"\0" * 2000


def look(data: bytes, name: str = "a.jpg") -> Draft:
    return inspect(name, io.BytesIO(data))


@pytest.mark.parametrize(
    ("data", "kind", "content_type"),
    [
        (photo(), EvidenceKind.PHOTO, "image/jpeg"),
        (photo(form="PNG"), EvidenceKind.PHOTO, "image/jpeg"),
        (photo(form="WEBP"), EvidenceKind.PHOTO, "image/jpeg"),
        (MP4, EvidenceKind.VIDEO, "video/mp4"),
        (MOV, EvidenceKind.VIDEO, "video/quicktime"),
        (WEBM, EvidenceKind.VIDEO, "video/webm"),
        (PDF, EvidenceKind.DOCUMENT, "application/pdf"),
    ],
)
def test_the_content_says_what_it_is_whatever_its_name(
    data: bytes, kind: EvidenceKind, content_type: str
) -> None:
    draft = look(data, "invoice.exe")
    assert (draft.kind, draft.content_type) == (kind, content_type)


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"", EvidenceEmpty),
        (SVG, EvidenceTypeRefused),
        (HTML, EvidenceTypeRefused),
        (b"just words", EvidenceTypeRefused),
        (b"MZ" + b"\0" * 500, EvidenceTypeRefused),
        (photo(form="GIF"), EvidenceTypeRefused),
        (bomb(), EvidenceUnreadable),
        (bomb(5_000), EvidenceUnreadable),
        (photo()[:400], EvidenceUnreadable),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 200, EvidenceUnreadable),
        (b"\xff\xd8\xff\xe0" + HTML, EvidenceUnreadable),
        (photo() + b"\0" * LIMITS[EvidenceKind.PHOTO].size, EvidenceTooLarge),
        (PDF + b"\0" * LIMITS[EvidenceKind.DOCUMENT].size, EvidenceTooLarge),
        (MP4 + b"\0" * LIMITS[EvidenceKind.VIDEO].size, EvidenceTooLarge),
    ],
)
def test_what_is_hostile_or_broken_is_refused(data: bytes, refusal: type[EvidenceRefused]) -> None:
    with pytest.raises(refusal):
        look(data, "nice.jpg")


def test_a_photo_is_drawn_anew_upright_and_without_what_hid_in_it() -> None:
    draft = look(located_photo() + HTML)
    kept = draft.content.read()
    assert b"SECRET" not in kept
    assert b"script" not in kept
    with Image.open(io.BytesIO(kept)) as picture:
        assert picture.size == (240, 320)
        assert not picture.getexif()


def test_a_large_photo_is_made_smaller_and_gets_a_thumbnail() -> None:
    draft = look(photo(size=(4000, 3000)))
    with Image.open(draft.content) as picture:
        assert max(picture.size) == 2560
    assert draft.thumbnail is not None
    with Image.open(io.BytesIO(draft.thumbnail)) as small:
        assert max(small.size) == 240


def test_names_are_shown_without_folders_and_control_characters() -> None:
    assert look(PDF, "..\\..\\etc/pass\x00\x1bwd\u202e.pdf").name == "passwd.pdf"


def test_the_same_file_twice_counts_once_and_too_many_are_refused() -> None:
    same = [("a.jpg", io.BytesIO(photo())), ("b.jpg", io.BytesIO(photo()))]
    assert len(inspect_all(same)) == 1
    with pytest.raises(EvidenceTooMany) as refusal:
        inspect_all([(f"{n}.jpg", io.BytesIO(photo(str(n)))) for n in range(10)])
    assert refusal.value.params == {"kind": "photo", "given": 10, "maximum": 9}
    videos = [("a.mp4", io.BytesIO(MP4)), ("b.mov", io.BytesIO(MOV))]
    with pytest.raises(EvidenceTooMany) as refusal:
        inspect_all([*videos, *same])
    assert refusal.value.params == {"kind": "video", "given": 2, "maximum": 1}
