"""The browser's files, built from ``webapp/frontend`` by npm when their sources have changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from webapp.settings import PROJECT
from webapp.supervisor.locks import FileLock
from webapp.supervisor.node import digest, find_node, install_packages, read, run_npm

SOURCES = PROJECT / "webapp" / "frontend"
BUILT = PROJECT / "webapp" / "static" / "dist"


def build(data_dir: Path, say: Callable[[str], None]) -> bool:
    """Build the browser's files unless they are up to date; return whether it was done.

    Args:
        data_dir: Holds the lock that keeps two builds apart.
        say: Shows a line of progress.

    Raises:
        NodeFailed: npm or the bundler failed; what they printed is above.
    """
    with FileLock(data_dir / "frontend.lock"):
        wanted = digest((path for path in SOURCES.rglob("*") if path.is_file()), SOURCES)
        if read(BUILT / ".built") == wanted:
            return False
        node = find_node(say)
        install_packages(node, SOURCES, say, "the browser's packages")
        say("building the browser's files")
        run_npm(node, SOURCES, "run", "build", "--silent")
        BUILT.mkdir(parents=True, exist_ok=True)
        (BUILT / ".built").write_text(wanted)
        return True
