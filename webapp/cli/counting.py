"""How many there are, said as English does; the command line speaks no other language."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, such as ``1 order`` and ``2 orders``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
