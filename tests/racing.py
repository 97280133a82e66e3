"""Races on connections of their own: in each round some contenders are let go at the same instant.

``TUIDAN_RACE_ROUNDS`` multiplies the rounds, for a longer run than the suite has time for.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from engine.errors import TuidanError

T = TypeVar("T")
Contender = Callable[[], T]

LANES = 4
PATIENCE = 60.0


def rounds(number: int) -> int:
    """How many rounds a test that usually has this many has now."""
    return number * int(os.environ.get("TUIDAN_RACE_ROUNDS", "1"))


def race(races: Sequence[Sequence[Contender[T]]]) -> list[list[T | TuidanError]]:
    """Let the contenders of each round go at once, ``LANES`` rounds beside each other.

    Args:
        races: The contenders of each round; all rounds have the same number of them.

    Returns:
        What each has come to, in the same order; a refusal of the product counts as one.
    """
    results: list[list[T | TuidanError | None]] = [[None] * len(one) for one in races]
    contenders = len(races[0])

    def run(lane: int, contender: int, barrier: threading.Barrier) -> None:
        for number in range(lane, len(races), LANES):
            barrier.wait(PATIENCE)
            try:
                results[number][contender] = races[number][contender]()
            except TuidanError as refusal:
                results[number][contender] = refusal
            except BaseException:
                barrier.abort()
                raise

    with ThreadPoolExecutor(LANES * contenders) as pool:
        started = []
        for lane in range(LANES):
            barrier = threading.Barrier(contenders)
            started += [pool.submit(run, lane, contender, barrier) for contender in range(contenders)]
        for one in started:
            one.result()
    return [[outcome for outcome in one if outcome is not None] for one in results]
