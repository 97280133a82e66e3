"""The composed product for a command that works on its data."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from webapp.bootstrap import Tuidan, build
from webapp.settings import Settings
from webapp.supervisor.reaching import reachable_database


@contextmanager
def composed() -> Iterator[Tuidan]:
    """Yield the product on its database, and close it again."""
    with reachable_database(Settings.from_environment()) as settings:
        tuidan = build(settings)
        try:
            yield tuidan
        finally:
            tuidan.close()
