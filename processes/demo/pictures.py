"""Photos for the demo cases, drawn on the spot: a thing with a crack, and a label that tells them apart."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator

from PIL import Image, ImageDraw

from processes.evidence.inspecting import Draft, inspect

SIZE = (640, 480)
GROUNDS = ("#d9e2ec", "#efe6dd", "#e3efe3", "#ece3ef")


def photos(label: str, count: int) -> tuple[Draft, ...]:
    """Draw so many photos; the same label gives the same ones."""
    return tuple(inspect(f"{label}-{n + 1}.jpg", _photo(f"{label}-{n + 1}")) for n in range(count))


def _photo(label: str) -> io.BytesIO:
    chance = random.Random(label)  # noqa: S311 - a drawing, not a secret
    picture = Image.new("RGB", SIZE, chance.choice(GROUNDS))
    pen = ImageDraw.Draw(picture)
    left, top = chance.randint(60, 140), chance.randint(40, 90)
    pen.rounded_rectangle((left, top, left + 380, top + 280), 40, fill="#8d6e63", outline="#4e342e", width=8)
    pen.line(list(_crack(chance, left + 80, top + 20)), fill="#1b1b1b", width=7, joint="curve")
    pen.text((24, SIZE[1] - 60), label, fill="#37474f", font_size=24)
    output = io.BytesIO()
    picture.save(output, "JPEG")
    return output


def _crack(chance: random.Random, x: int, y: int) -> Iterator[tuple[int, int]]:
    for _ in range(9):
        yield x, y
        x, y = x + chance.randint(8, 40), y + chance.randint(10, 34)
