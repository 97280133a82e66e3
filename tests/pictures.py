"""Files to show as evidence: drawn pictures, and things that only look like pictures."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image, ImageDraw


def photo(label: str = "A", *, size: tuple[int, int] = (320, 240), form: str = "JPEG") -> bytes:
    """A picture that differs by its label."""
    picture = Image.new("RGB", size, "#cfd8dc")
    ImageDraw.Draw(picture).text((20, 20), label, fill="black")
    output = io.BytesIO()
    picture.save(output, form)
    return output.getvalue()


def located_photo() -> bytes:
    """A photo whose camera wrote down where it was, lying on its side."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "SECRET-PLACE"
    output = io.BytesIO()
    Image.new("RGB", (320, 240), "red").save(output, "JPEG", exif=exif)
    return output.getvalue()


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bomb(edge: int = 20_000) -> bytes:
    """A small PNG that unpacks to gigabytes."""
    header = struct.pack(">IIBBBBB", edge, edge, 8, 2, 0, 0, 0)
    row = zlib.compress(b"\0" * 1_000_000, 9)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", row) + _chunk(b"IEND", b"")


SVG = b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
HTML = b"<!doctype html><html><script>alert(1)</script></html>"
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
MP4 = b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41" + b"\0" * 2000
