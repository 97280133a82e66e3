"""``python -m tests.golden.record``: record states for a new format or a new bundle."""

from __future__ import annotations

import json
import sys

import pytest

from tests.golden.recordings import FOLDER, LIBRARY, folders, record, write
from tests.process.test_paths import PATHS


def main(arguments: list[str]) -> None:
    """Record every path on today's bundle; with ``--checked``, note that the library is a new one."""
    if arguments == ["--checked"]:
        _checked()
    elif arguments:
        sys.exit(f"unknown argument {arguments[0]}; there is: --checked")
    else:
        print(write([record(path) for path in PATHS]))


def _checked() -> None:
    """Replay everything, and only if it ends as recorded, note the library's version."""
    options = ["-q", str(FOLDER), "--deselect", f"{FOLDER}/test_golden.py::{_VERSION_TEST}"]
    if pytest.main(options) != pytest.ExitCode.OK:
        sys.exit("the recorded states don't run as they did")
    for folder in folders():
        file = folder / "checked.json"
        versions = set(json.loads(file.read_text(encoding="utf-8"))["spiffworkflow"]) | {LIBRARY}
        file.write_text(json.dumps({"spiffworkflow": sorted(versions)}) + "\n", encoding="utf-8")


_VERSION_TEST = "test_the_library_is_one_that_the_states_were_checked_with"

if __name__ == "__main__":
    main(sys.argv[1:])
