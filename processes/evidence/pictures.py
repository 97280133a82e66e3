"""Photos are never kept as they come: they are decoded and drawn anew, without what hides in them.

That removes places and names that a camera writes, anything appended to the picture, and
whatever else a file might be besides. What would unpack to too many pixels is not unpacked.
"""

from __future__ import annotations

import io
from typing import BinaryIO

from PIL import Image, ImageOps

FORMATS = ("JPEG", "PNG", "WEBP")
MEGAPIXELS = 50
LONGEST_EDGE = 2560
THUMBNAIL_EDGE = 240
QUALITY = 85


class PictureUnreadable(ValueError):
    """It is damaged, no picture of a known format, or unpacks to too much."""


def redraw(content: BinaryIO) -> tuple[bytes, bytes]:
    """Return a photo as a clean JPEG, upright, and its thumbnail.

    Raises:
        PictureUnreadable: It can't be drawn.
    """
    content.seek(0)
    try:
        with Image.open(content, formats=FORMATS) as source:
            width, height = source.size
            if width * height > MEGAPIXELS * 1_000_000:
                raise PictureUnreadable
            source.load()
            upright = ImageOps.exif_transpose(source)
            picture = _on_white(upright)
    except PictureUnreadable:
        raise
    except (
        OSError,
        SyntaxError,
        ValueError,
        EOFError,
        MemoryError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ) as error:
        raise PictureUnreadable from error
    picture.thumbnail((LONGEST_EDGE, LONGEST_EDGE))
    small = picture.copy()
    small.thumbnail((THUMBNAIL_EDGE, THUMBNAIL_EDGE))
    return _jpeg(picture), _jpeg(small)


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        layered = picture.convert("RGBA")
        ground = Image.new("RGBA", layered.size, "white")
        return Image.alpha_composite(ground, layered).convert("RGB")
    return picture.convert("RGB")


def _jpeg(picture: Image.Image) -> bytes:
    output = io.BytesIO()
    clean = Image.new("RGB", picture.size)
    clean.paste(picture)
    clean.save(output, "JPEG", quality=QUALITY, optimize=True)
    return output.getvalue()
