"""``python -m tests.benchmarks [NAME …]``: measure everything, or what is named."""

from __future__ import annotations

import sys

from tests.benchmarks import books, cases, diagrams, engine, migrating, reference, scale, timers, web
from tests.benchmarks.measuring import Report, ground

MEASUREMENTS = {
    "engine": engine.measure,
    "diagrams": diagrams.measure,
    "reference": reference.measure,
    "cases": cases.measure,
    "web": web.measure,
    "timers": timers.measure,
    "books": books.measure,
    "migrating": migrating.measure,
    "scale": scale.measure,
}


def main(names: list[str]) -> None:
    """Run the named measurements, or all of them."""
    unknown = [name for name in names if name not in MEASUREMENTS]
    if unknown:
        sys.exit(f"unknown measurement {unknown[0]}; there are: {', '.join(MEASUREMENTS)}")
    report = Report()
    with ground() as place:
        for name, measure in MEASUREMENTS.items():
            if not names or name in names:
                measure(place, report)


if __name__ == "__main__":
    main(sys.argv[1:])
